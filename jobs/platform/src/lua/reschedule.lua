-- Gives a job that waits for its time another one.
--
-- KEYS  1 jobs  2 ready  3 due  4 leases  5 dead  6 done  7 trail  8 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 id  3 when (ms; empty: at once)
--
-- Returns 'granted', or where it stands instead.
local jobs, ready, due, leases, dead, done, trail, wake_list = unpack(KEYS)
local keys = { jobs = jobs, due = due, leases = leases, dead = dead, done = done, trail = trail }
local now, id, at = clock(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local stand, _, attempt, lost = stands(keys, id)
if stand ~= 'scheduled' and stand ~= 'retrying' then return stand end

local entry = id .. string.char(attempt, lost)
if at and at > now then
  redis.call('ZADD', due, ms(at), entry)
  if redis.call('ZRANGE', due, 0, 0)[1] == entry then wake(wake_list) end
else
  redis.call('ZREM', due, entry)
  redis.call('RPUSH', ready, entry)
  wake(wake_list)
end
return 'granted'
