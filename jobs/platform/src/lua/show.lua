-- Reads one job whole.
--
-- ARGV  1 now  2 id
--
-- Returns nothing, or: record, trail (JSON, may be empty), state, when (ms, may be empty), attempt, lost.
local id = ARGV[2]
local record = redis.call('HGET', jobs, id)
if not record then return {} end
local stand, at, attempt, lost = stands(id)
return { record, redis.call('HGET', trail, id) or '', stand, at or '', attempt, lost }
