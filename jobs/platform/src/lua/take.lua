-- Takes a token of an allowance.
--
-- KEYS  1 its bucket
-- ARGV  1 now  2 tokens  3 in ms  4 burst
--
-- Returns 0, or in how many ms to ask again if there is none left. Those turned away are told one moment
-- each, a token apart and at most one filling ahead, so that they don't all come back for the same one.
local count, per, burst = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local left = tokens(count, per, burst)
-- Tokens are kept to six places; a full one must not fail by the seventh.
if left >= 0.999999 then
  spend(math.max(left - 1, 0))
  redis.call('PEXPIRE', state, ms(2 * per))
  return 0
end
local first = now + math.ceil((1 - left) * per / count)
local turn = math.max(tonumber(redis.call('HGET', state, 'turn') or 0) + math.ceil(per / count), first)
if turn > now + per then turn = first end
redis.call('HSET', state, 'turn', ms(turn))
return math.max(turn - now, 1)
