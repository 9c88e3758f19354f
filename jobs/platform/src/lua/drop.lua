-- Ends running jobs that were cancelled, if their leases are still held.
--
-- KEYS  1 jobs  2 leases  3 trail  4 unique  5 cancel  6 done  7 ready  8 state  9 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 the done are kept (ms)  3 whether a lease that ends makes
--       room for others (0 or 1), then three a job: member, attempts made, reason
--
-- Returns the places (from 1) of members whose lease is not there.
local jobs, leases, trail, unique, cancel, done, ready, state, wake_list = unpack(KEYS)
local keys = { jobs = jobs, trail = trail, done = done, unique = unique, cancel = cancel, state = state }
local now, missing = clock(ARGV[1]), {}

local function drop(member, attempt, why)
  local id = member:sub(1, 16)
  local record = redis.call('HGET', jobs, id)
  if not record then return redis.call('HINCRBY', state, 'orphans', 1) end
  retire(keys, id, record, attempt, member:byte(18), now, tonumber(ARGV[2]), why)
end

for i = 4, #ARGV, 3 do
  if redis.call('ZREM', leases, ARGV[i]) == 1 then
    drop(ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2])
  else
    missing[#missing + 1] = (i - 1) / 3
  end
end
if ARGV[3] == '1' and redis.call('LLEN', ready) > 0 then wake(wake_list) end
return missing
