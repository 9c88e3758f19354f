-- Ends a job that will not run again: kept among the done, with the reason (empty: its trail has it),
-- if the queue keeps those.
local function retire(keys, id, record, attempt, lost, now, kept_ms, why)
  release(keys.unique, id, header(record))
  redis.call('HDEL', keys.cancel, id)
  redis.call('HINCRBY', keys.state, 'cancelled', 1)
  if kept_ms > 0 then
    -- A tombstone's first byte was cleared; among the done it is a record like any other.
    if record:byte(1) == 0 then redis.call('HSET', keys.jobs, id, '\1' .. record:sub(2)) end
    if why ~= '' then note(keys.trail, id, attempt, lost, now, 'cancelled', why) end
    redis.call('ZADD', keys.done, ms(now), id)
  else
    redis.call('HDEL', keys.jobs, id)
    redis.call('HDEL', keys.trail, id)
  end
end
