-- Puts running jobs back to wait for another attempt, if their leases are still held.
--
-- ARGV  1 now  2 whether running jobs are limited  3 the done are kept (ms), then five a job: member,
--       attempts to keep, ms to wait (empty: none, at the head of the line), error code, error text
--       (code empty: no error)
--
-- Returns the places of members whose lease is not there.
local function put_back(i, id, record, lost)
  local attempt, wait, why = tonumber(ARGV[i + 1]), ARGV[i + 2], redis.call('HGET', cancel, id)
  if why then return retire(id, record, attempt, lost, tonumber(ARGV[3]), why) end
  local entry = id .. string.char(attempt, lost)
  note(id, attempt, lost, ARGV[i + 3], ARGV[i + 4], now + (tonumber(wait) or 0))
  if ARGV[i + 3] ~= '' and ARGV[i + 3] ~= 'later' then tally('failed', 1) end
  if wait == '' then
    redis.call('LPUSH', ready, entry)
    return wake()
  end
  redis.call('ZADD', due, ms(now + wait), entry)
  if redis.call('ZRANGE', due, 0, 0)[1] == entry then wake() end
end

local missing = unlease(4, 5, put_back)
make_room()
return missing
