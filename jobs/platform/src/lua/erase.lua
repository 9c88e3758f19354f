-- Forgets jobs with all that they carried: nothing of them can be brought back.
--
-- ARGV  1 now  2 receipt (empty: none)  3 reason, then their ids
--
-- Returns for each 'erased', 'stopping' (it runs: ask again once it has stopped), or 'gone'.
local why, touched = ARGV[3], 0

local function forget(id)
  for _, set in ipairs({ dead, done, deleted }) do redis.call('ZREM', set, id) end
  for _, hash in ipairs({ jobs, trail, cancel, bin }) do redis.call('HDEL', hash, id) end
end

local function erase(id)
  local record = redis.call('HGET', jobs, id)
  if not record then
    local binned = redis.call('HEXISTS', bin, id) == 1
    forget(id)
    return binned and 'erased' or 'gone'
  end
  local stand, at, attempt, lost = stands(id)
  if stand == 'running' then
    redis.call('HSET', cancel, id, why)
    return 'stopping'
  end
  release(id, header(record))
  redis.call('ZREM', due, id .. string.char(attempt, lost))
  local in_line = stand == 'ready' or stand == 'cancelled' and not at
  forget(id)
  -- Its entry is somewhere in a list: an empty record tells whoever pops it that it was called off.
  if in_line then redis.call('HSET', jobs, id, struct.pack('>BBBBI4I6', 0, 0, 1, 0, 0, now)) end
  if stand == 'ready' then count_tombstones(1) end
  return 'erased'
end

local answers = {}
for i = 4, #ARGV do
  answers[i - 3] = erase(ARGV[i])
  if answers[i - 3] == 'erased' then touched = touched + 1 end
end
sign_receipt(touched)
return answers
