-- How many jobs may be claimed now: not while the queue is paused, no more than its rate has tokens
-- for, nor than may run at a time over all workers.
--
-- The bucket holds at most `burst` tokens and gains `count` in `per` ms, by Redis's clock.
local function paused()
  local till = tonumber(redis.call('HGET', state, 'paused'))
  if not till then return nil end
  if till == 0 then return -1 end
  if till > now then return till - now end
  redis.call('HDEL', state, 'paused', 'pause_reason', 'pause_by', 'paused_at')
end

local function tokens(count, per, burst)
  local left, at = unpack(redis.call('HMGET', state, 'tokens', 'tokens_at'))
  -- A clock that went back: nothing would be gained until it is there again.
  if at and tonumber(at) > now then redis.call('HSET', state, 'tokens_at', ms(now)) end
  local gained = math.max(now - (tonumber(at) or now), 0) * count / per
  return math.min((tonumber(left) or burst) + gained, burst)
end

local function spend(left)
  redis.call('HSET', state, 'tokens', string.format('%.6f', left), 'tokens_at', ms(now))
end
