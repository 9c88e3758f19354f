-- Forgets jobs that are done, if their leases are still held.
--
-- KEYS  1 leases  2 jobs  3 trail  4 unique
-- ARGV  1 how many, then their members, then for each job with a unique key: member, key
--
-- Returns the places (from 1) of members whose lease is not there: taken back, or settled before by
-- a call whose reply was lost.
local leases, jobs, trail, unique = unpack(KEYS)
local count = tonumber(ARGV[1])
local members = {}
for i = 1, count do members[i] = ARGV[i + 1] end

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

redis.call('ZREM', leases, unpack(held))
redis.call('HDEL', jobs, unpack(ids))
if redis.call('EXISTS', trail) == 1 then redis.call('HDEL', trail, unpack(ids)) end
for i = count + 2, #ARGV, 2 do
  local id = ARGV[i]:sub(1, 16)
  if ours[ARGV[i]] and redis.call('HGET', unique, ARGV[i + 1]) == id then
    redis.call('HDEL', unique, ARGV[i + 1])
  end
end
return missing
