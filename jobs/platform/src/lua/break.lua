-- Frees a unique key, if that job still holds it.
--
-- ARGV  1 now  2 key  3 holder
--
-- Returns whether it did (0 or 1).
if redis.call('HGET', unique, ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('HDEL', unique, ARGV[2])
redis.call('ZREM', unique_until, ARGV[2])
return 1
