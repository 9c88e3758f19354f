-- Ends leases, and hands each job whose lease was still held to `becomes(i, id, record, lost)`. From
-- ARGV `first` on there are `width` a job, its member first; `becomes` gets that one's place.
--
-- Returns the places (from 1) of members whose lease is not there: taken back, or settled before by
-- a call whose reply was lost.
local function unlease(first, width, becomes)
  local missing = {}
  for i = first, #ARGV, width do
    local member = ARGV[i]
    if redis.call('ZREM', leases, member) == 0 then
      missing[#missing + 1] = (i - first) / width + 1
    else
      local id = member:sub(1, 16)
      local record = redis.call('HGET', jobs, id)
      if record then
        becomes(i, id, record, member:byte(18))
      else
        redis.call('HINCRBY', state, 'orphans', 1)
      end
    end
  end
  return missing
end
