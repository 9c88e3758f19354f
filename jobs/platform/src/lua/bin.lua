-- Reads which jobs of one receipt, or of any (empty), are in the bin, a slice at a time.
--
-- ARGV  1 now  2 the receipt  3 look at so many  4 go on after this score  5 and this member (empty both:
--       from the first)
--
-- Returns where to go on (score, member; empty both: that was all), how many were looked at, then two for
-- each: id, record.
local first, many = 0, tonumber(ARGV[3])
if ARGV[4] ~= '' then
  local rank, there = rank_of(deleted, ARGV[4], ARGV[5])
  first = rank + there
end
local ids, last = {}, ''
local found = redis.call('ZRANGE', deleted, first, first + many - 1, 'WITHSCORES')
for i = 1, #found, 2 do ids[#ids + 1], last = found[i], found[i + 1] end
local answer = { '', '', #ids }
if #ids == 0 then return answer end
if #ids == many then answer = { last, ids[many], many } end
for i, packed in ipairs(redis.call('HMGET', bin, unpack(ids))) do
  local was = packed and cmsgpack.unpack(packed)
  if was and (ARGV[2] == '' or was[1] == ARGV[2]) then
    answer[#answer + 1], answer[#answer + 2] = ids[i], was[6]
  end
end
return answer
