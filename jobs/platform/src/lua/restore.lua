-- Puts deleted jobs back to where they were.
--
-- ARGV  1 now  2 receipt of the restoring (empty: none), then their ids
--
-- Returns for each 'restored', where it stands (one of its id is there again), 'gone' (not in the bin any
-- more), or the id of the job that holds its unique key now.
local touched = 0
local set_of = { dead = dead, due = due, done = done }

local function put_back(id)
  local packed = redis.call('HGET', bin, id)
  if not packed then return 'gone' end
  if redis.call('HEXISTS', jobs, id) == 1 then return (stands(id)) end
  local _, place, at, attempt, lost, record, fared = unpack(cmsgpack.unpack(packed))
  local head = header(record)
  if place == 'due' and head.key ~= '' and not has(head, WINDOW) then
    local holder = holder_of(head.key)
    if holder and holder ~= id then return holder end
    take_key(head.key, id)
  end
  redis.call('HSET', jobs, id, record)
  if fared ~= '' then redis.call('HSET', trail, id, fared) end
  redis.call('ZADD', set_of[place], at, place == 'due' and id .. string.char(attempt, lost) or id)
  redis.call('ZREM', deleted, id)
  redis.call('HDEL', bin, id)
  touched = touched + 1
  return 'restored'
end

local answers = {}
for i = 3, #ARGV do answers[i - 2] = put_back(ARGV[i]) end
if touched > 0 then wake() end
sign_receipt(touched)
return answers
