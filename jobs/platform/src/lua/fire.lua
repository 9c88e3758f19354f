-- Queues the job of a tick, once ever: fence, dedupe and enqueue are one step.
--
-- KEYS  those of the partition, then the leader's lease and what was fired
-- ARGV  1 now  2 owner  3 term  4 tick id  5 how long ticks are remembered (ms)  6 job id (empty: only
--       ask)  7 record  8… ids of the jobs that it would come behind
--
-- Returns 'not leader', 'remembered', 'unknown' (only asked, never fired), 'unfinished' or 'queued'.
local lease, fired = KEYS[13], KEYS[14]
if redis.call('HGET', lease, 'owner') ~= ARGV[2] or redis.call('HGET', lease, 'term') ~= ARGV[3] then
  return 'not leader'
end
if redis.call('ZSCORE', fired, ARGV[4]) then return 'remembered' end
if ARGV[6] == '' then return 'unknown' end
-- That those have not finished says Postgres; that one never will by itself is known here.
for i = 8, #ARGV do
  if not redis.call('ZSCORE', dead, ARGV[i]) then return 'unfinished' end
end

born()
redis.call('ZADD', fired, ms(now), ARGV[4])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', fired, '-inf', ms(now - ARGV[5]), 'LIMIT', 0, 100)) do
  redis.call('ZREM', fired, old)
end
-- Its job may stand already, from the reconciler: then firing it is done.
if redis.call('HSETNX', jobs, ARGV[6], stamped(ARGV[7])) == 1 then
  line_up({ ARGV[6] .. '\0\0' })
  wake()
end
return 'queued'
