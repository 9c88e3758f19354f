-- Marks a partition at its birth: a mark that changed says that Redis was wiped.
local function born()
  if redis.call('HEXISTS', state, 'birth') == 1 then return end
  local time = redis.call('TIME')
  redis.call('HSET', state, 'birth', time[1] .. '.' .. time[2])
end
