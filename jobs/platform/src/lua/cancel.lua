-- Calls a job off: one that waits will not run, one that runs is told to stop.
--
-- ARGV  1 now  2 the done are kept (ms)  3 id  4 reason
--
-- Returns 'granted', 'stopping' (it runs), or where it stands instead: 'dead', 'done' (also what nobody
-- knows any more).
local id, why = ARGV[3], ARGV[4]
local stand, _, attempt, lost = stands(id)

if stand == 'scheduled' or stand == 'retrying' then
  redis.call('ZREM', due, id .. string.char(attempt, lost))
  retire(id, redis.call('HGET', jobs, id), attempt, lost, tonumber(ARGV[2]), why)
  return 'granted'
end
if stand == 'ready' then
  -- Its entry is somewhere in a list: a cleared first byte tells whoever pops it.
  local record = redis.call('HGET', jobs, id)
  release(id, header(record))
  redis.call('HSET', jobs, id, '\0' .. record:sub(2))
  note(id, attempt, lost, 'cancelled', why)
  return 'granted'
end
if stand == 'running' then
  redis.call('HSET', cancel, id, why)
  return 'stopping'
end
return stand == 'cancelled' and 'granted' or stand
