-- Asks the leader of a term to let another lead, and wakes it.
--
-- KEYS  1 lease  2 hints (channel)
-- ARGV  1 term
--
-- Returns whether that term is led (0 or 1).
if redis.call('HGET', KEYS[1], 'term') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'step_down', 1)
redis.call('PUBLISH', KEYS[2], 'step down')
return 1
