-- Reads one job whole.
--
-- KEYS  1 jobs  2 due  3 leases  4 dead  5 done  6 trail
-- ARGV  1 id
--
-- Returns nothing, or: record, trail (JSON, may be empty), state, when (ms, may be empty), attempt, lost.
local jobs, due, leases, dead, done, trail = unpack(KEYS)
local record = redis.call('HGET', jobs, ARGV[1])
if not record then return {} end
local keys = { jobs = jobs, due = due, leases = leases, dead = dead, done = done, trail = trail }
local state, at, attempt, lost = stands(keys, ARGV[1])
return { record, redis.call('HGET', trail, ARGV[1]) or '', state, at or '', attempt, lost }
