-- Notes that a worker lives, and tells it what an operator wishes of it.
--
-- KEYS  1 when each was last seen  2 what each said of itself  3 what is wished of each
-- ARGV  1 name  2 what it says of itself (JSON; empty: it ends)  3 forget who was not seen this long (ms)
--       4 now (ms; empty: Redis's clock)
--
-- Returns what is wished of it ('quiet', 'drain'), or nothing.
local seen, said, wishes = KEYS[1], KEYS[2], KEYS[3]
local now, name = clock(ARGV[4]), ARGV[1]
local gone = redis.call('ZRANGEBYSCORE', seen, '-inf', ms(now - ARGV[3]), 'LIMIT', 0, 100)
if ARGV[2] == '' then gone[#gone + 1] = name end
if #gone > 0 then
  redis.call('ZREM', seen, unpack(gone))
  redis.call('HDEL', said, unpack(gone))
  redis.call('HDEL', wishes, unpack(gone))
end
if ARGV[2] == '' then return '' end
redis.call('ZADD', seen, ms(now), name)
redis.call('HSET', said, name, ARGV[2])
return redis.call('HGET', wishes, name) or ''
