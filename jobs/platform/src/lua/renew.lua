-- Keeps the leader lease, if it is still of this owner and term.
--
-- KEYS  1 lease  2 asked
-- ARGV  1 owner  2 term  3 how long (ms)  4 forget who asked before this long ago (ms)
--       5 now (ms; empty: Redis's clock)
--
-- Returns -1 if the lease is not ours any more, else the newest timetable version that asked lately.
local lease, asked = KEYS[1], KEYS[2]
if redis.call('HGET', lease, 'owner') ~= ARGV[1] or redis.call('HGET', lease, 'term') ~= ARGV[2] then
  return -1
end
redis.call('PEXPIRE', lease, ARGV[3])
redis.call('ZREMRANGEBYSCORE', asked, '-inf', ms(clock(ARGV[5]) - ARGV[4]))
local newest = 0
for _, version in ipairs(redis.call('ZRANGE', asked, 0, 20)) do
  newest = math.max(newest, tonumber(version) or 0)
end
return newest
