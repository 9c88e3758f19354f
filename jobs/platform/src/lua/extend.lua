-- Makes leases last longer, those that are still there: the fence is part of the member.
--
-- KEYS  1 leases
-- ARGV  1 now (ms; empty: Redis's clock)  2 lease (ms), then the members
--
-- Returns the places (from 1) of members whose lease is not there.
local leases, members, missing, longer = KEYS[1], {}, {}, {}
local deadline = ms(clock(ARGV[1]) + ARGV[2])
for i = 3, #ARGV do members[i - 2] = ARGV[i] end

for i, score in ipairs(redis.call('ZMSCORE', leases, unpack(members))) do
  if score then
    longer[#longer + 1], longer[#longer + 2] = deadline, members[i]
  else
    missing[#missing + 1] = i
  end
end
if #longer > 0 then redis.call('ZADD', leases, 'XX', unpack(longer)) end
return missing
