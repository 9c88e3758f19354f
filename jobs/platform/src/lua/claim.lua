-- Leases ready jobs to a worker; before that, takes back what expired and promotes what is due.
--
-- KEYS  1 jobs  2 ready  3 due  4 leases  5 trail  6 state  7 wake
-- ARGV  1 now (ms; empty: Redis's clock)  2 how many  3 lease (ms)  4 fence
--
-- Returns now, the ms until something is due or expires (-1: nothing waits), then two a job: member,
-- record. Each part handles a bounded slice, whatever waits behind it.
local TAKE_BACK, PROMOTE, LONGEST_WAIT = 100, 500, 6 * 3600 * 1000
local jobs, ready, due, leases, trail, state, wake_list = unpack(KEYS)
local now = clock(ARGV[1])
born(state)

local function backoff(record, attempt)
  local sound = record:byte(1) == 1 and #record >= 26
  local base = sound and struct.unpack('>I4', record, 5) or 10000
  local full = math.min(base * 3 ^ (attempt - 1), LONGEST_WAIT)
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
  note(trail, id, attempt, lost, now, 'lost', 'its worker stopped answering before it settled')
  local entry = id .. string.char(attempt, lost)
  if lost == 1 then return redis.call('LPUSH', ready, entry) end
  return redis.call('ZADD', due, ms(now + backoff(record, attempt)), entry)
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', ms(now), 'LIMIT', 0, TAKE_BACK)) do
  take_back(member)
end
local promoted = redis.call('ZRANGEBYSCORE', due, '-inf', ms(now), 'LIMIT', 0, PROMOTE)
if #promoted > 0 then
  redis.call('ZREM', due, unpack(promoted))
  redis.call('RPUSH', ready, unpack(promoted))
end

local many = tonumber(ARGV[2])
local entries = many > 0 and redis.call('LPOP', ready, many) or {}
local answer, leased, ids = { now, -1 }, {}, {}
for i, entry in ipairs(entries) do ids[i] = entry:sub(1, 16) end
local records = #ids > 0 and redis.call('HMGET', jobs, unpack(ids)) or {}
local deadline = ms(now + ARGV[3])
for i, entry in ipairs(entries) do
  if records[i] then
    local member = ids[i] .. string.char(math.min(entry:byte(17) + 1, 255)) .. entry:sub(18, 18) .. ARGV[4]
    leased[#leased + 1], leased[#leased + 2] = deadline, member
    answer[#answer + 1], answer[#answer + 2] = member, records[i]
  else
    redis.call('HINCRBY', state, 'orphans', 1)
  end
end
if #leased > 0 then redis.call('ZADD', leases, unpack(leased)) end

for _, key in ipairs({ due, leases }) do
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
  local left = first and math.max(tonumber(first) - now, 0)
  if left and (answer[2] < 0 or left < answer[2]) then answer[2] = left end
end
-- More than this worker can take: somebody else may be idle.
if redis.call('LLEN', ready) > 0 then wake(wake_list) end
return answer
