-- Keeps the leader lease, if it is still of this owner and term.
--
-- KEYS  1 lease  2 asked
-- ARGV  1 owner  2 term  3 how long (ms)  4 now (ms; empty: Redis's clock)
--
-- Returns {0} if the lease is not ours any more. Else {1}, or {2} if we were asked to step down; and
-- after that two for each timetable version that asked to lead: the version, and how long ago (ms).
local lease, asked = KEYS[1], KEYS[2]
if redis.call('HGET', lease, 'owner') ~= ARGV[1] or redis.call('HGET', lease, 'term') ~= ARGV[2] then
  return { 0 }
end
redis.call('PEXPIRE', lease, ARGV[3])
-- Of the versions before the last twenty nobody needs to hear.
redis.call('ZREMRANGEBYRANK', asked, 0, -21)
local now, answer = clock(ARGV[4]), { redis.call('HEXISTS', lease, 'step_down') + 1 }
local known = redis.call('ZRANGE', asked, -20, -1, 'WITHSCORES')
for i = 1, #known, 2 do
  answer[i + 1] = tonumber(known[i])
  answer[i + 2] = math.max(now - tonumber(known[i + 1]), 0)
end
return answer
