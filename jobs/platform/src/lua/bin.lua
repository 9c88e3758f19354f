-- Reads which jobs of one receipt, or of any (empty), are in the bin, a slice at a time.
--
-- ARGV  1 now  2 the receipt  3 skip so many of the bin  4 look at so many
--
-- Returns how many were looked at, then two for each: id, record.
local ids = redis.call('ZRANGE', deleted, ARGV[3], ARGV[3] + ARGV[4] - 1)
local answer = { #ids }
if #ids == 0 then return answer end
for i, packed in ipairs(redis.call('HMGET', bin, unpack(ids))) do
  local was = packed and cmsgpack.unpack(packed)
  if was and (ARGV[2] == '' or was[1] == ARGV[2]) then
    answer[#answer + 1], answer[#answer + 2] = ids[i], was[6]
  end
end
return answer
