-- Makes leases last longer, those that are still there: the fence is part of the member.
--
-- ARGV  1 now  2 lease (ms), then the members
--
-- Returns two lists: the places (from 1) of members whose lease is not there; and two for each that
-- was cancelled: its place, and why.
local members, ids, missing, stopped, longer = {}, {}, {}, {}, {}
local deadline = ms(now + ARGV[2])
for i = 3, #ARGV do members[i - 2], ids[i - 2] = ARGV[i], ARGV[i]:sub(1, 16) end

for i, score in ipairs(redis.call('ZMSCORE', leases, unpack(members))) do
  if score then
    longer[#longer + 1], longer[#longer + 2] = deadline, members[i]
  else
    missing[#missing + 1] = i
  end
end
if #longer > 0 then redis.call('ZADD', leases, 'XX', unpack(longer)) end
if redis.call('EXISTS', cancel) == 1 then
  for i, why in ipairs(redis.call('HMGET', cancel, unpack(ids))) do
    if why then stopped[#stopped + 1], stopped[#stopped + 2] = i, why end
  end
end
return { missing, stopped }
