-- Gives running jobs up, if their leases are still held: they wait among the dead for a human.
--
-- ARGV  1 now  2 whether running jobs are limited  3 the dead are kept (ms)  4 how many of them, then
--       four a job: member, attempts made, error code, error text
--
-- Returns the places of members whose lease is not there.
local function bury(i, id, record, lost)
  redis.call('ZADD', dead, ms(now), id)
  tally('dead', 1)
  redis.call('HDEL', cancel, id)
  note(id, tonumber(ARGV[i + 1]), lost, ARGV[i + 2], ARGV[i + 3])
  release(id, header(record))
end

local missing = unlease(5, 4, bury)
trim(dead, tonumber(ARGV[3]), tonumber(ARGV[4]))
make_room()
return missing
