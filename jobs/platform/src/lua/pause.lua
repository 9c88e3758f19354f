-- Stops a queue from being claimed from, or lets it go on. What runs goes on either way.
--
-- KEYS  1 state  2 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 how long (ms; 0: until resumed; empty: resume)  3 reason
--
-- Returns whether it was paused before (0 or 1).
local state, wake_list = KEYS[1], KEYS[2]
local now, long = clock(ARGV[1]), tonumber(ARGV[2])
local was = tonumber(redis.call('HGET', state, 'paused'))
local before = (was and (was == 0 or was > now)) and 1 or 0
if not long then
  redis.call('HDEL', state, 'paused', 'pause_reason')
  wake(wake_list)
else
  redis.call('HSET', state, 'paused', long > 0 and ms(now + long) or '0', 'pause_reason', ARGV[3])
end
return before
