-- Gives the leader lease up, if it is still of this owner and term, and wakes who waits for it.
--
-- KEYS  1 lease  2 hints (channel)
-- ARGV  1 owner  2 term
--
-- Returns whether it was ours (0 or 1).
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'term') ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', KEYS[2], 'free')
return 1
