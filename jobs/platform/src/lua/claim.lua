-- Leases ready jobs to a worker; before that, takes back what expired and promotes what is due.
--
-- ARGV  1 now  2 how many  3 lease (ms)  4 fence  5 most running over all workers (0: any)
--       6 rate: tokens (0: any)  7 in ms  8 burst  9 the dead are kept (ms)  10 how many  11 the done
--       are kept (ms)  12 how many
--
-- Returns now, the ms until something is due, expires or may be claimed again (-1: nothing waits),
-- then two a job: member, record. Each part handles a bounded slice, whatever waits behind it.
local TAKE_BACK, PROMOTE, LONGEST_WAIT = 100, 200, 6 * 3600 * 1000
local many, fence, most_running = tonumber(ARGV[2]), ARGV[4], tonumber(ARGV[5])
local rate, per, burst = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local done_kept = tonumber(ARGV[11])
born()

local function backoff(record, attempt)
  local full = math.min(header(record).backoff * 3 ^ (attempt - 1), LONGEST_WAIT)
  return full / 2 + full / 2 * (redis.call('TIME')[2] % 1000) / 1000
end

-- The first lost lease is most likely a deploy: again at once. After that the job itself is suspect.
local function take_back(member)
  local id, attempt = member:sub(1, 16), member:byte(17)
  local lost = math.min(member:byte(18) + 1, 255)
  local record = redis.call('HGET', jobs, id)
  redis.call('ZREM', leases, member)
  if not record then return redis.call('HINCRBY', state, 'orphans', 1) end
  redis.call('HINCRBY', state, 'lost', 1)
  tally('lost', 1)
  local why = redis.call('HGET', cancel, id)
  if why then return retire(id, record, attempt, lost, done_kept, why) end
  local wait = lost > 1 and backoff(record, attempt) or 0
  note(id, attempt, lost, 'lost', 'its worker stopped answering before it settled', now + wait)
  local entry = id .. string.char(attempt, lost)
  if lost == 1 then return redis.call('LPUSH', ready, entry) end
  return redis.call('ZADD', due, ms(now + wait), entry)
end

-- Whether a job with something special about it may run: not one that was cancelled while it waited
-- (its trail says why), nor one that is too late.
local function may_run(id, entry, record)
  local head = header(record)
  local tombstone = record:byte(1) == 0
  if tombstone then count_tombstones(-1) end
  local why = tombstone and ''
    or has(head, DEADLINE) and head.not_after < now and 'expired: claimed after its deadline'
  if why then
    retire(id, record, entry:byte(17), entry:byte(18), done_kept, why)
    return false
  end
  if has(head, STARTED) then release(id, head) end
  return true
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', ms(now), 'LIMIT', 0, TAKE_BACK)) do
  take_back(member)
end
local promoted = redis.call('ZRANGEBYSCORE', due, '-inf', ms(now), 'LIMIT', 0, PROMOTE)
if #promoted > 0 then
  redis.call('ZREM', due, unpack(promoted))
  line_up(promoted)
end
trim(dead, tonumber(ARGV[9]), tonumber(ARGV[10]))
trim(done, done_kept, tonumber(ARGV[12]))
trim_keys()

local pause, left, limited = paused(), nil, false
if pause then many, limited = 0, true end
if most_running > 0 then
  local room = math.max(most_running - redis.call('ZCARD', leases), 0)
  if room < many then many, limited = room, true end
end
if rate > 0 then
  left = tokens(rate, per, burst)
  if left < many then many, limited = math.floor(left), true end
end

local entries = many > 0 and redis.call('LPOP', ready, many) or {}
local answer, leased, ids = { now, -1 }, {}, {}
for i, entry in ipairs(entries) do ids[i] = entry:sub(1, 16) end
local records = #ids > 0 and redis.call('HMGET', jobs, unpack(ids)) or {}
local deadline = ms(now + ARGV[3])
for i, entry in ipairs(entries) do
  local id, record = ids[i], records[i]
  if not record then
    redis.call('HINCRBY', state, 'orphans', 1)
  else
    local version, flags = record:byte(1, 2)
    if (version == 1 and flags % 8 == 0) or may_run(id, entry, record) then
      local member = id .. string.char(math.min(entry:byte(17) + 1, 255)) .. entry:sub(18, 18) .. fence
      leased[#leased + 1], leased[#leased + 2] = deadline, member
      answer[#answer + 1], answer[#answer + 2] = member, record
    end
  end
end
if #leased > 0 then redis.call('ZADD', leases, unpack(leased)) end

local waits = redis.call('LLEN', ready) > 0
local function look_again(left_ms)
  if left_ms and (answer[2] < 0 or left_ms < answer[2]) then answer[2] = left_ms end
end
for _, key in ipairs({ due, leases }) do
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
  look_again(first and math.max(tonumber(first) - now, 0))
end
if pause and pause > 0 then look_again(pause) end
if rate > 0 then
  left = left - #leased / 2
  spend(left)
  if waits and left < 1 then look_again(math.ceil((1 - left) * per / rate)) end
end
-- More than this worker can take: somebody else may be idle. Or less than may run, since some of what was
-- taken was called off or too late: whoever comes next may have the rest at once.
if waits and (not limited or #leased / 2 < #entries) then wake() end
return answer
