-- Gives running jobs up, if their leases are still held: they wait among the dead for a human.
--
-- KEYS  1 jobs  2 leases  3 dead  4 trail  5 unique  6 cancel  7 ready  8 state  9 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 the dead are kept (ms)  3 how many of them  4 whether a
--       lease that ends makes room for others (0 or 1), then four a job: member, attempts made, error
--       code, error text
--
-- Returns the places (from 1) of members whose lease is not there.
local jobs, leases, dead, trail, unique, cancel, ready, state, wake_list = unpack(KEYS)
local now, missing = clock(ARGV[1]), {}

local function bury(member, attempt, code, text)
  local id = member:sub(1, 16)
  local record = redis.call('HGET', jobs, id)
  if not record then return redis.call('HINCRBY', state, 'orphans', 1) end
  redis.call('ZADD', dead, ms(now), id)
  redis.call('HDEL', cancel, id)
  note(trail, id, attempt, member:byte(18), now, code, text)
  release(unique, id, header(record))
end

for i = 5, #ARGV, 4 do
  if redis.call('ZREM', leases, ARGV[i]) == 1 then
    bury(ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3])
  else
    missing[#missing + 1] = (i - 1) / 4
  end
end
trim(dead, jobs, trail, now, tonumber(ARGV[2]), tonumber(ARGV[3]))
if ARGV[4] == '1' and redis.call('LLEN', ready) > 0 then wake(wake_list) end
return missing
