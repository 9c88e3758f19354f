-- Gives a job that is not running another payload, if it still is as whoever edits it saw it.
--
-- ARGV  1 now  2 id  3 record as it was seen  4 record as it is to be
--
-- Returns 'granted', 'changed' (somebody was faster), or where it stands instead.
local id = ARGV[2]
local stand = stands(id)
if stand == 'running' or stand == 'done' or stand == 'cancelled' then return stand end
if redis.call('HGET', jobs, id) ~= ARGV[3] then return 'changed' end
redis.call('HSET', jobs, id, ARGV[4])
return 'granted'
