-- Stops a queue from being claimed from, or lets it go on. What runs goes on either way.
--
-- ARGV  1 now  2 how long (ms; 0: until resumed; empty: resume)  3 reason  4 who
--
-- Returns whether it was paused before (0 or 1).
local long = tonumber(ARGV[2])
local before = paused() and 1 or 0
if not long then
  redis.call('HDEL', state, 'paused', 'pause_reason', 'pause_by', 'paused_at')
  wake()
else
  redis.call('HSET', state, 'paused', long > 0 and ms(now + long) or '0', 'pause_reason', ARGV[3],
    'pause_by', ARGV[4], 'paused_at', ms(now))
end
return before
