-- Calls jobs off: those that wait will not run, those that run are told to stop.
--
-- ARGV  1 now  2 receipt (empty: none)  3 the done are kept (ms)  4 reason, then their ids
--
-- Returns for each 'granted', 'stopping' (it runs), or where it stands instead: 'dead', 'done' (also
-- what nobody knows any more), 'cancelled'.
local done_kept, why, touched = tonumber(ARGV[3]), ARGV[4], 0

local function call_off(id)
  local stand, _, attempt, lost = stands(id)
  if stand == 'scheduled' or stand == 'retrying' then
    redis.call('ZREM', due, id .. string.char(attempt, lost))
    retire(id, redis.call('HGET', jobs, id), attempt, lost, done_kept, why)
    return 'granted'
  end
  if stand == 'ready' then
    -- Its entry is somewhere in a list: a cleared first byte tells whoever pops it.
    local record = redis.call('HGET', jobs, id)
    release(id, header(record))
    redis.call('HSET', jobs, id, '\0' .. record:sub(2))
    count_tombstones(1)
    note(id, attempt, lost, 'cancelled', why)
    return 'granted'
  end
  if stand == 'running' then
    if redis.call('HSETNX', cancel, id, why) == 1 then touched = touched + 1 end
    return 'stopping'
  end
  return stand
end

local answers = {}
for i = 5, #ARGV do
  answers[i - 4] = call_off(ARGV[i])
  if answers[i - 4] == 'granted' then touched = touched + 1 end
end
sign_receipt(touched)
return answers
