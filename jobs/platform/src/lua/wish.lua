-- Wishes something of a worker, if it is there.
--
-- KEYS  1 when each was last seen  2 what is wished of each
-- ARGV  1 name  2 wish
--
-- Returns whether it is (0 or 1).
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
