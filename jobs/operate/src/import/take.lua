-- Puts jobs of another queue aside, if they still stand there.
--
-- KEYS  1 where they stand  2 hash: id → where it stood and when
-- ARGV  1 how they are removed (LREM, ZREM, SREM)  2 where they stand, in words, then their ids
--
-- Returns two for each that was put aside: id, where it stood and when.
local taken = {}
for i = 3, #ARGV do
  local id, at, removed = ARGV[i], '', 0
  if ARGV[1] == 'LREM' then
    removed = redis.call('LREM', KEYS[1], -1, id)
  elseif ARGV[1] == 'ZREM' then
    at = redis.call('ZSCORE', KEYS[1], id) or ''
    removed = redis.call('ZREM', KEYS[1], id)
  else
    removed = redis.call('SREM', KEYS[1], id)
  end
  if removed > 0 then
    local told = ARGV[2] .. '|' .. at
    redis.call('HSET', KEYS[2], id, told)
    taken[#taken + 1] = { id, told }
  end
end
return taken
