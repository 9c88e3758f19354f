-- Ends jobs that are done, if their leases are still held.
--
-- ARGV  1 now  2 whether running jobs are limited  3 the done are kept (ms)  4 how many of them
--       5 how many jobs, then their members, then for each job with a unique key to give back: member,
--       key
--
-- Returns the places of members whose lease is not there. The jobs of a whole batch end in one command
-- each, not one by one as elsewhere: this is how nearly every job ends.
local kept_ms, count = tonumber(ARGV[3]), tonumber(ARGV[5])
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
  local kept = {}
  for i, id in ipairs(ids) do kept[2 * i - 1], kept[2 * i] = ms(now), id end
  redis.call('ZADD', done, unpack(kept))
  trim(done, kept_ms, tonumber(ARGV[4]))
end

redis.call('ZREM', leases, unpack(held))
tally('done', #held)
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
make_room()
return missing
