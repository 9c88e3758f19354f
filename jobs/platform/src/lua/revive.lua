-- Gives a dead job all its attempts again, at an operator's wish.
--
-- KEYS  1 jobs  2 ready  3 dead  4 trail  5 unique  6 wake
-- ARGV  1 id
--
-- Returns 'ready', 'not dead' (another was faster, or it never was), or the id of the job that holds
-- its unique key now.
local jobs, ready, dead, trail, unique, wake_list = unpack(KEYS)
local id = ARGV[1]
local record = redis.call('HGET', jobs, id)
if not record or not redis.call('ZSCORE', dead, id) then return 'not dead' end

local head = header(record)
if head.key ~= '' and not has(head, WINDOW) then
  local holder = redis.call('HGET', unique, head.key)
  if holder and holder ~= id and redis.call('HEXISTS', jobs, holder) == 1 then return holder end
  redis.call('HSET', unique, head.key, id)
end
redis.call('ZREM', dead, id)
redis.call('HDEL', trail, id)
redis.call('RPUSH', ready, id .. '\0\0')
wake(wake_list)
return 'ready'
