-- Frees the unique keys whose window is over; a slice at a time.
local function trim_keys()
  local over = redis.call('ZRANGEBYSCORE', unique_until, '-inf', ms(now), 'LIMIT', 0, 100)
  if #over == 0 then return end
  redis.call('ZREM', unique_until, unpack(over))
  redis.call('HDEL', unique, unpack(over))
end
