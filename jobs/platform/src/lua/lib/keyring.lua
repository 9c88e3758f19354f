-- Who holds a unique key: for a window anybody who took it, else only a job that has not ended. A key
-- whose holder has no record was left behind by a wipe, never by a script.
local function holder_of(ring, key, now)
  local holder = redis.call('HGET', ring.unique, key)
  local till = holder and tonumber(redis.call('ZSCORE', ring.unique_until, key))
  if till then return till > now and holder end
  return holder and redis.call('HEXISTS', ring.jobs, holder) == 1 and holder
end

local function take_key(ring, key, id, till)
  redis.call('HSET', ring.unique, key, id)
  if till then
    redis.call('ZADD', ring.unique_until, ms(till), key)
  else
    redis.call('ZREM', ring.unique_until, key)
  end
end
