-- Counts what happened by day, so that an operator sees how a queue fared; 90 days are kept.
local TALLIED, DAY = 90, 24 * 3600 * 1000
local today = math.floor(now / DAY)

local function tally(what, many)
  if many == 0 or redis.call('HINCRBY', state, what .. '@' .. today, many) ~= many then return end
  -- The first of a day: what is too old goes, also if some days passed without any.
  local old = {}
  for i = 1, 30 do old[i] = what .. '@' .. (today - TALLIED - i) end
  redis.call('HDEL', state, unpack(old))
end
