-- Gives a dead job all its attempts again, at an operator's wish.
--
-- KEYS  1 jobs  2 ready  3 dead  4 trail  5 unique  6 unique_until  7 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 id
--
-- Returns 'ready', 'not dead' (another was faster, or it never was), or the id of the job that holds
-- its unique key now.
local jobs, ready, dead, trail, unique, unique_until, wake_list = unpack(KEYS)
local ring, now, id = { jobs = jobs, unique = unique, unique_until = unique_until }, clock(ARGV[1]), ARGV[2]
local record = redis.call('HGET', jobs, id)
if not record or not redis.call('ZSCORE', dead, id) then return 'not dead' end

local head = header(record)
if head.key ~= '' and not has(head, WINDOW) then
  local holder = holder_of(ring, head.key, now)
  if holder and holder ~= id then return holder end
  take_key(ring, head.key, id)
end
redis.call('ZREM', dead, id)
redis.call('HDEL', trail, id)
redis.call('RPUSH', ready, id .. '\0\0')
wake(wake_list)
return 'ready'
