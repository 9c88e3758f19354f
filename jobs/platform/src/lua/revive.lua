-- Gives a dead job all its attempts again, at an operator's wish.
--
-- ARGV  1 now  2 id
--
-- Returns 'ready', 'not dead' (another was faster, or it never was), or the id of the job that holds
-- its unique key now.
local id = ARGV[2]
local record = redis.call('HGET', jobs, id)
if not record or not redis.call('ZSCORE', dead, id) then return 'not dead' end

local head = header(record)
if head.key ~= '' and not has(head, WINDOW) then
  local holder = holder_of(head.key)
  if holder and holder ~= id then return holder end
  take_key(head.key, id)
end
redis.call('ZREM', dead, id)
redis.call('HDEL', trail, id)
redis.call('RPUSH', ready, id .. '\0\0')
wake()
return 'ready'
