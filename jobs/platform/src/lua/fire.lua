-- Queues the job of a tick, once ever: fence, dedupe and enqueue are one step.
--
-- KEYS  1 lease  2 fired  3 jobs  4 ready  5 state  6 wake
-- ARGV  1 owner  2 term  3 tick id  4 how long ticks are remembered (ms)  5 now (ms; empty: Redis's
--       clock)  6 job id (empty: only ask)  7 record
--
-- Returns 'not leader', 'remembered', 'unknown' (only asked, never fired) or 'queued'.
local lease, fired, jobs, ready, state, wake_list = unpack(KEYS)
if redis.call('HGET', lease, 'owner') ~= ARGV[1] or redis.call('HGET', lease, 'term') ~= ARGV[2] then
  return 'not leader'
end
if redis.call('ZSCORE', fired, ARGV[3]) then return 'remembered' end
if ARGV[6] == '' then return 'unknown' end

local now = clock(ARGV[5])
born(state)
redis.call('ZADD', fired, ms(now), ARGV[3])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', fired, '-inf', ms(now - ARGV[4]), 'LIMIT', 0, 100)) do
  redis.call('ZREM', fired, old)
end
-- Its job may stand already, from the reconciler: then firing it is done.
if redis.call('HSETNX', jobs, ARGV[6], stamped(ARGV[7], stamp_of(now))) == 1 then
  redis.call('RPUSH', ready, ARGV[6] .. '\0\0')
  wake(wake_list)
end
return 'queued'
