-- Takes the leader lease if nobody has it.
--
-- KEYS  1 lease  2 asked
-- ARGV  1 owner  2 term  3 how long (ms)  4 timetable version  5 now (ms; empty: Redis's clock)
--
-- Returns -1 if it is ours now, else the ms that the other's lease has left.
local lease, asked = KEYS[1], KEYS[2]
redis.call('ZADD', asked, ms(clock(ARGV[5])), ARGV[4])
if redis.call('EXISTS', lease) == 0 then
  redis.call('HSET', lease, 'owner', ARGV[1], 'term', ARGV[2], 'version', ARGV[4])
  redis.call('PEXPIRE', lease, ARGV[3])
  return -1
end
-- The same owner and term: an earlier call of ours whose reply was lost.
if redis.call('HGET', lease, 'owner') == ARGV[1] and redis.call('HGET', lease, 'term') == ARGV[2] then
  redis.call('PEXPIRE', lease, ARGV[3])
  return -1
end
return redis.call('PTTL', lease)
