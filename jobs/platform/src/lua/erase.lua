-- Forgets jobs with all that they carried: nothing of them can be brought back.
--
-- ARGV  1 now  2 receipt (empty: none)  3 reason  4 only those that ended no later (ms; empty: any)
--       5 only what stands so, and does not run (states, a blank between; empty: wherever, also in the
--       bin, and what runs is told to stop), then their ids
--
-- Returns for each 'erased', 'stopping' (it runs: ask again once it has stopped), 'later' (it ended again
-- since), 'gone', or where it stands, if that is not what was meant.
local why, latest, touched = ARGV[3], tonumber(ARGV[4]) or math.huge, 0
local meant = ARGV[5] ~= '' and {}
for state in ARGV[5]:gmatch('%a+') do meant[state] = true end

local function forget(id)
  for _, set in ipairs({ dead, done, deleted }) do redis.call('ZREM', set, id) end
  for _, hash in ipairs({ jobs, trail, cancel, bin }) do redis.call('HDEL', hash, id) end
end

-- Why one that stands is let be, if it is.
local function spared(id, stand, at)
  if meant and (stand == 'running' or not meant[stand]) then return stand end
  local ended = stand == 'dead' or stand == 'done' or stand == 'cancelled'
  if ended and at and tonumber(at) > latest then return 'later' end
  if stand ~= 'running' then return end
  redis.call('HSET', cancel, id, why)
  return 'stopping'
end

local function erase(id)
  local record = redis.call('HGET', jobs, id)
  if not record then
    local binned = not meant and redis.call('HEXISTS', bin, id) == 1
    if not meant then forget(id) end
    return binned and 'erased' or 'gone'
  end
  local stand, at, attempt, lost = stands(id)
  local instead = spared(id, stand, at)
  if instead then return instead end
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
for i = 6, #ARGV do
  answers[i - 5] = erase(ARGV[i])
  if answers[i - 5] == 'erased' then touched = touched + 1 end
end
sign_receipt(touched)
return answers
