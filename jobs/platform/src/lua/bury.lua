-- Gives running jobs up, if their leases are still held: they wait among the dead for a human.
--
-- KEYS  1 leases  2 dead  3 trail  4 unique
-- ARGV  1 now (ms; empty: Redis's clock), then five a job: member, attempts made, unique key (empty:
--       none), error code, error text
--
-- Returns the places (from 1) of members whose lease is not there.
local leases, dead, trail, unique = unpack(KEYS)
local now, missing = clock(ARGV[1]), {}

local function bury(member, attempt, key, code, text)
  local id = member:sub(1, 16)
  redis.call('ZADD', dead, ms(now), id)
  note(trail, id, attempt, member:byte(18), now, code, text)
  if key ~= '' and redis.call('HGET', unique, key) == id then redis.call('HDEL', unique, key) end
end

for i = 2, #ARGV, 5 do
  if redis.call('ZREM', leases, ARGV[i]) == 1 then
    bury(ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
  else
    missing[#missing + 1] = (i + 3) / 5
  end
end
return missing
