-- Calls a job off: one that waits will not run, one that runs is told to stop.
--
-- KEYS  1 jobs  2 due  3 leases  4 dead  5 done  6 trail  7 unique  8 cancel  9 state
-- ARGV  1 now (ms; empty: Redis's clock)  2 the done are kept (ms)  3 id  4 reason
--
-- Returns 'granted', 'stopping' (it runs), or where it stands instead: 'dead', 'done' (also what nobody
-- knows any more).
local jobs, due, leases, dead, done, trail, unique, cancel, state = unpack(KEYS)
local keys = {
  jobs = jobs, due = due, leases = leases, dead = dead, done = done,
  trail = trail, unique = unique, cancel = cancel, state = state,
}
local now, id, why = clock(ARGV[1]), ARGV[3], ARGV[4]
local stand, _, attempt, lost = stands(keys, id)

if stand == 'scheduled' or stand == 'retrying' then
  redis.call('ZREM', due, id .. string.char(attempt, lost))
  retire(keys, id, redis.call('HGET', jobs, id), attempt, lost, now, tonumber(ARGV[2]), why)
  return 'granted'
end
if stand == 'ready' then
  -- Its entry is somewhere in a list: a cleared first byte tells whoever pops it.
  local record = redis.call('HGET', jobs, id)
  release(unique, id, header(record))
  redis.call('HSET', jobs, id, '\0' .. record:sub(2))
  note(trail, id, attempt, lost, now, 'cancelled', why)
  return 'granted'
end
if stand == 'running' then
  redis.call('HSET', cancel, id, why)
  return 'stopping'
end
return stand == 'cancelled' and 'granted' or stand
