-- Ends a job that will not run again: kept among the done, with the reason (empty: its trail has it),
-- if the queue keeps those.
local function retire(id, record, attempt, lost, kept_ms, why)
  release(id, header(record))
  redis.call('HDEL', cancel, id)
  redis.call('HINCRBY', state, 'cancelled', 1)
  tally('cancelled', 1)
  if kept_ms > 0 then
    -- A tombstone's first byte was cleared; among the done it is a record like any other.
    if record:byte(1) == 0 then redis.call('HSET', jobs, id, '\1' .. record:sub(2)) end
    if why ~= '' then note(id, attempt, lost, 'cancelled', why) end
    redis.call('ZADD', done, ms(now), id)
  else
    redis.call('HDEL', jobs, id)
    redis.call('HDEL', trail, id)
  end
end
