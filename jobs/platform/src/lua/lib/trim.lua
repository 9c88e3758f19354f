-- Forgets what is kept longer, or in greater number, than the queue keeps it; a slice at a time.
local function trim(set, kept_ms, most)
  local over = redis.call('ZCARD', set) - most
  local old = over > 0 and redis.call('ZRANGE', set, 0, math.min(over, 1000) - 1)
    or redis.call('ZRANGEBYSCORE', set, '-inf', ms(now - kept_ms), 'LIMIT', 0, 1000)
  if #old == 0 then return end
  redis.call('ZREM', set, unpack(old))
  redis.call('HDEL', jobs, unpack(old))
  redis.call('HDEL', trail, unpack(old))
end
