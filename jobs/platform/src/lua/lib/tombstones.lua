-- Counts the entries of `ready` whose job was called off, so that whoever asks what waits can leave them out.
-- Never below zero: one that is older than this count is popped as well.
local function count_tombstones(more)
  local stand = tonumber(redis.call('HGET', state, 'tombstones')) or 0
  redis.call('HSET', state, 'tombstones', math.max(stand + more, 0))
end
