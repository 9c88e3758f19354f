-- A place in a sorted set, as a score and a member, which need not be there any more.
--
-- As Redis orders members: by byte. Lua's own `<` heeds the locale.
local function less(a, b)
  for i = 1, math.min(#a, #b) do
    if a:byte(i) ~= b:byte(i) then return a:byte(i) < b:byte(i) end
  end
  return #a < #b
end

local function below(set, score) return redis.call('ZCOUNT', set, '-inf', '(' .. score) end

-- How many stand before it, and how many (0 or 1) on it.
local function rank_of(set, score, member)
  if redis.call('ZSCORE', set, member) == score then return redis.call('ZRANK', set, member), 1 end
  local low, high = below(set, score), redis.call('ZCOUNT', set, '-inf', score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if less(redis.call('ZRANGE', set, middle, middle)[1], member) then
      low = middle + 1
    else
      high = middle
    end
  end
  return low, 0
end
