-- Accepts a job among the dead: one that was given up elsewhere, with its last error.
--
-- ARGV  1 now  2 id  3 record  4 attempts made  5 error code  6 error text
--
-- Returns whether it is new (0 or 1).
local id = ARGV[2]
born()
if redis.call('HSETNX', jobs, id, stamped(ARGV[3])) == 0 then return 0 end
redis.call('ZADD', dead, ms(now), id)
note(id, tonumber(ARGV[4]), 0, ARGV[5], ARGV[6])
return 1
