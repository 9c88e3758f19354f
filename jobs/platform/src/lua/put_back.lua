-- Puts running jobs back to wait for another attempt, if their leases are still held.
--
-- KEYS  1 leases  2 ready  3 due  4 trail  5 wake
-- ARGV  1 now (ms; empty: Redis's clock), then five a job: member, attempts to keep, ms to wait
--       (empty: none, at the head of the line), error code, error text (code empty: no error)
--
-- Returns the places (from 1) of members whose lease is not there.
local leases, ready, due, trail, wake_list = unpack(KEYS)
local now, missing = clock(ARGV[1]), {}

local function put_back(member, attempt, wait, code, text)
  local id, lost = member:sub(1, 16), member:byte(18)
  local entry = id .. string.char(attempt, lost)
  note(trail, id, attempt, lost, now, code, text)
  if wait == '' then
    redis.call('LPUSH', ready, entry)
    return wake(wake_list)
  end
  redis.call('ZADD', due, ms(now + wait), entry)
  if redis.call('ZRANGE', due, 0, 0)[1] == entry then wake(wake_list) end
end

for i = 2, #ARGV, 5 do
  if redis.call('ZREM', leases, ARGV[i]) == 1 then
    put_back(ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
  else
    missing[#missing + 1] = (i + 3) / 5
  end
end
return missing
