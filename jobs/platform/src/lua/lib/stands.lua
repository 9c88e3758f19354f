-- Where the job of an id stands: its state, when (ms, or false), attempt, lost.
--
-- Its entry is computed from the trail, so nothing is scanned but the leases, which are as many as
-- workers have slots, and of those 10,000 at most; once a call, however many ids are asked about.
local PAGE, MOST = 500, 10000
local held_by, looked = {}, 0
local function under_lease(id)
  while not held_by[id] and looked < MOST do
    local page = redis.call('ZRANGE', leases, looked, looked + PAGE - 1, 'WITHSCORES')
    for i = 1, #page, 2 do held_by[page[i]:sub(1, 16)] = { page[i], page[i + 1] } end
    looked = #page < 2 * PAGE and MOST or looked + PAGE
  end
  if held_by[id] then return unpack(held_by[id]) end
end

-- As it fits into an entry, whatever was written.
local function count(told) return math.max(0, math.min(tonumber(told) or 0, 255)) end

local function fared(id)
  local known, past = pcall(cjson.decode, redis.call('HGET', trail, id) or '{}')
  if not known or type(past) ~= 'table' then return 0, 0 end
  local errors = type(past.errors) == 'table' and past.errors or {}
  local last = type(errors[#errors]) == 'table' and errors[#errors].code
  return count(past.attempt), count(past.lost), last == 'cancelled'
end

local function stands(id)
  local attempt, lost, cancelled = fared(id)
  local at = redis.call('ZSCORE', dead, id)
  if at then return 'dead', at, attempt, lost end
  at = redis.call('ZSCORE', done, id)
  if at then return cancelled and 'cancelled' or 'done', at, attempt, lost end
  at = redis.call('ZSCORE', due, id .. string.char(attempt, lost))
  if at then return (attempt + lost > 0) and 'retrying' or 'scheduled', at, attempt, lost end
  local member, deadline = under_lease(id)
  if member then return 'running', deadline, member:byte(17), member:byte(18), member end
  local record = redis.call('HGET', jobs, id)
  if not record then return 'done', false, attempt, lost end
  return record:byte(1) == 0 and 'cancelled' or 'ready', false, attempt, lost
end
