-- Puts running jobs back to wait for another attempt, if their leases are still held.
--
-- KEYS  1 jobs  2 leases  3 ready  4 due  5 trail  6 unique  7 cancel  8 done  9 state  10 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 the done are kept (ms)  3 whether a lease that ends makes
--       room for others (0 or 1), then five a job: member, attempts to keep, ms to wait (empty: none,
--       at the head of the line), error code, error text (code empty: no error)
--
-- Returns the places (from 1) of members whose lease is not there.
local jobs, leases, ready, due, trail, unique, cancel, done, state, wake_list = unpack(KEYS)
local keys = { jobs = jobs, trail = trail, done = done, unique = unique, cancel = cancel, state = state }
local now, missing = clock(ARGV[1]), {}

local function put_back(member, attempt, wait, code, text)
  local id, lost = member:sub(1, 16), member:byte(18)
  local record, why = redis.call('HGET', jobs, id), redis.call('HGET', cancel, id)
  if not record then return redis.call('HINCRBY', state, 'orphans', 1) end
  if why then return retire(keys, id, record, attempt, lost, now, tonumber(ARGV[2]), why) end
  local entry = id .. string.char(attempt, lost)
  note(trail, id, attempt, lost, now, code, text)
  if wait == '' then
    redis.call('LPUSH', ready, entry)
    return wake(wake_list)
  end
  redis.call('ZADD', due, ms(now + wait), entry)
  if redis.call('ZRANGE', due, 0, 0)[1] == entry then wake(wake_list) end
end

for i = 4, #ARGV, 5 do
  if redis.call('ZREM', leases, ARGV[i]) == 1 then
    put_back(ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
  else
    missing[#missing + 1] = (i + 1) / 5
  end
end
if ARGV[3] == '1' and redis.call('LLEN', ready) > 0 then wake(wake_list) end
return missing
