-- Who holds a unique key: for a window anybody who took it, else only a job that has not ended. A key
-- whose holder has no record was left behind by a wipe, never by a script.
local function holder_of(key)
  local holder = redis.call('HGET', unique, key)
  local till = holder and tonumber(redis.call('ZSCORE', unique_until, key))
  if till then return till > now and holder end
  return holder and redis.call('HEXISTS', jobs, holder) == 1 and holder
end

local function take_key(key, id, till)
  redis.call('HSET', unique, key, id)
  if till then
    redis.call('ZADD', unique_until, ms(till), key)
  else
    redis.call('ZREM', unique_until, key)
  end
end
