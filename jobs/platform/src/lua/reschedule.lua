-- Gives a job that waits for its time another one.
--
-- ARGV  1 now  2 id  3 when (ms; empty: at once)
--
-- Returns 'granted', or where it stands instead.
local id, at = ARGV[2], tonumber(ARGV[3])
local stand, _, attempt, lost = stands(id)
if stand ~= 'scheduled' and stand ~= 'retrying' then return stand end

local entry = id .. string.char(attempt, lost)
if at and at > now then
  redis.call('ZADD', due, ms(at), entry)
  note(id, attempt, lost, '', '', at)
  if redis.call('ZRANGE', due, 0, 0)[1] == entry then wake() end
else
  redis.call('ZREM', due, entry)
  line_up({ entry })
  note(id, attempt, lost, '', '', now)
  wake()
end
return 'granted'
