-- Accepts jobs, each only if no job of its id or unique key stands already.
--
-- KEYS  1 jobs  2 ready  3 due  4 leases  5 dead  6 done  7 trail  8 unique  9 unique_until  10 state
--       11 wake
-- ARGV  1 now (ms; empty: Redis's clock), then five a job: id, due (ms; empty: now), unique key (empty:
--       none), how long that key is held (ms; empty: by its job), record
--
-- Returns three for each job that was not accepted: its place (from 1), the id of the one that
-- stands, and that one's state.
--
-- It has no allow-oom flag: at maxmemory this, and only this, is refused, before anything is written.
local jobs, ready, due, leases, dead, done, trail, unique, unique_until, state, wake_list = unpack(KEYS)
local now, count = clock(ARGV[1]), (#ARGV - 1) / 5
born(state)

local ids = {}
for i = 1, count do ids[i] = ARGV[5 * i - 3] end
local there = redis.call('HMGET', jobs, unpack(ids))
local records, at_once, later, refused, taken = {}, {}, {}, {}, {}
local earliest = math.huge

-- Who holds a key: for a window anybody who had it, else only a job that has not ended. A key whose
-- holder has no record was left behind by a wipe, never by a script.
local function holder_of(key)
  local holder = redis.call('HGET', unique, key)
  if not holder or taken[holder] then return holder end
  local till = tonumber(redis.call('ZSCORE', unique_until, key))
  if till then return till > now and holder end
  return redis.call('HEXISTS', jobs, holder) == 1 and holder
end

local function take_key(key, id, window)
  redis.call('HSET', unique, key, id)
  if window ~= '' then
    redis.call('ZADD', unique_until, ms(now + window), key)
  else
    redis.call('ZREM', unique_until, key)
  end
end

for i = 1, count do
  local id, at, key = ids[i], ARGV[5 * i - 2], ARGV[5 * i - 1]
  local holder = (there[i] or taken[id]) and id or key ~= '' and holder_of(key)
  if holder then
    refused[#refused + 1], refused[#refused + 2] = i, holder
  else
    taken[id] = true
    records[#records + 1], records[#records + 2] = id, stamped(ARGV[5 * i + 1], now)
    if key ~= '' then take_key(key, id, ARGV[5 * i]) end
    if at ~= '' and tonumber(at) > now then
      later[#later + 1], later[#later + 2] = at, id .. '\0\0'
      earliest = math.min(earliest, tonumber(at))
    else
      at_once[#at_once + 1] = id .. '\0\0'
    end
  end
end

local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if #records > 0 then redis.call('HSET', jobs, unpack(records)) end
if #at_once > 0 then redis.call('RPUSH', ready, unpack(at_once)) end
if #later > 0 then redis.call('ZADD', due, unpack(later)) end
if #at_once > 0 or earliest < (tonumber(first[2]) or math.huge) then wake(wake_list) end

local answer, keys = {}, { jobs = jobs, leases = leases, dead = dead, done = done, trail = trail, due = due }
for i = 1, #refused, 2 do
  answer[#answer + 1] = refused[i]
  answer[#answer + 1] = refused[i + 1]
  answer[#answer + 1] = (stands(keys, refused[i + 1]))
end
return answer
