-- Accepts jobs, each only if no job of its id or unique key stands already.
--
-- ARGV  1 now, then five a job: id, due (ms; empty: now), unique key (empty: none), how long that key is
--       held (ms; empty: by its job), record
--
-- Returns three for each job that was not accepted: its place (from 1), the id of the one that
-- stands, and that one's state.
--
-- It has no allow-oom flag: at maxmemory it is refused before anything is written, as are the two others
-- that accept jobs, admit and fire.

-- Read at each turn of a loop, so not as a global.
local argv = ARGV
local count = (#argv - 1) / 5
born()

local ids = {}
for i = 1, count do ids[i] = argv[5 * i - 3] end
local there = redis.call('HMGET', jobs, unpack(ids))
local records, at_once, later, fared, refused, taken, taken_keys = {}, {}, {}, {}, {}, {}, {}
local earliest = math.huge

for i = 1, count do
  local id, at, key = ids[i], argv[5 * i - 2], argv[5 * i - 1]
  local holder = (there[i] or taken[id]) and id or key ~= '' and (taken_keys[key] or holder_of(key))
  if holder then
    refused[#refused + 1], refused[#refused + 2] = i, holder
  else
    taken[id] = true
    records[#records + 1], records[#records + 2] = id, stamped(argv[5 * i + 1])
    if key ~= '' then
      local window = tonumber(argv[5 * i])
      take_key(key, id, window and now + window)
      taken_keys[key] = id
    end
    if at ~= '' and tonumber(at) > now then
      later[#later + 1], later[#later + 2] = at, id .. '\0\0'
      fared[#fared + 1], fared[#fared + 2] = id, '{"since":' .. at .. '}'
      earliest = math.min(earliest, tonumber(at))
    else
      at_once[#at_once + 1] = id .. '\0\0'
    end
  end
end

local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if #records > 0 then redis.call('HSET', jobs, unpack(records)) end
if #at_once > 0 then line_up(at_once) end
if #later > 0 then
  redis.call('ZADD', due, unpack(later))
  redis.call('HSET', trail, unpack(fared))
end
if #at_once > 0 or earliest < (tonumber(first[2]) or math.huge) then wake() end

local answer = {}
for i = 1, #refused, 2 do
  answer[#answer + 1] = refused[i]
  answer[#answer + 1] = refused[i + 1]
  answer[#answer + 1] = (stands(refused[i + 1]))
end
return answer
