-- Ends jobs that are done, if their leases are still held.
--
-- KEYS  1 leases  2 jobs  3 trail  4 unique  5 cancel  6 done  7 ready  8 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 the done are kept (ms)  3 how many of them  4 whether a
--       lease that ends makes room for others (0 or 1)  5 how many jobs, then their members, then for
--       each job with a unique key to give back: member, key
--
-- Returns the places (from 1) of members whose lease is not there: taken back, or settled before by
-- a call whose reply was lost.
local leases, jobs, trail, unique, cancel, done, ready, wake_list = unpack(KEYS)
local kept_ms, count = tonumber(ARGV[2]), tonumber(ARGV[5])
local members = {}
for i = 1, count do members[i] = ARGV[i + 5] end

local missing, held, ids, ours = {}, {}, {}, {}
for i, score in ipairs(redis.call('ZMSCORE', leases, unpack(members))) do
  if score then
    held[#held + 1], ids[#ids + 1] = members[i], members[i]:sub(1, 16)
    ours[members[i]] = true
  else
    missing[#missing + 1] = i
  end
end
if #held == 0 then return missing end

local function keep()
  local now, kept = clock(ARGV[1]), {}
  for i, id in ipairs(ids) do kept[2 * i - 1], kept[2 * i] = ms(now), id end
  redis.call('ZADD', done, unpack(kept))
  trim(done, jobs, trail, now, kept_ms, tonumber(ARGV[3]))
end

redis.call('ZREM', leases, unpack(held))
if redis.call('EXISTS', cancel) == 1 then redis.call('HDEL', cancel, unpack(ids)) end
if kept_ms > 0 then
  keep()
else
  redis.call('HDEL', jobs, unpack(ids))
  if redis.call('EXISTS', trail) == 1 then redis.call('HDEL', trail, unpack(ids)) end
end
for i = count + 6, #ARGV, 2 do
  local id = ARGV[i]:sub(1, 16)
  if ours[ARGV[i]] and redis.call('HGET', unique, ARGV[i + 1]) == id then
    redis.call('HDEL', unique, ARGV[i + 1])
  end
end
if ARGV[4] == '1' and redis.call('LLEN', ready) > 0 then wake(wake_list) end
return missing
