-- Reads a slice of the jobs in one place, in order. Nothing moves.
--
-- ARGV  1 now  2 place (ready, due, leases, dead, done)  3 how many at most  4 1: the last come first
--       5 from (ms; empty: any; not of ready)  6 before (ms)  7 go on after this score (of ready: when
--       so many had lined up)  8 and this member (empty both: from the first)
--
-- Returns where to go on (score, member; empty both: that was all), then five a job: token, score (ms; of
-- ready: how many had lined up with it), record, trail (JSON, may be empty), whether its record is there
-- (0 or 1).
--
-- A megabyte of records is enough for a slice, whatever was asked for. A place is remembered by score
-- and member, or by how many had lined up, never by rank: what comes and goes meanwhile makes nothing be
-- skipped.
local MOST_BYTES = 1024 * 1024
local key = ({ ready = ready, due = due, leases = leases, dead = dead, done = done })[ARGV[2]]
local many, backwards = tonumber(ARGV[3]), ARGV[4] == '1'
local after_score, after_member = ARGV[7], ARGV[8]

-- The window of ranks that is left to be read: from `first` on, up to before `past`.
local function window()
  local first = ARGV[5] ~= '' and below(key, ARGV[5]) or 0
  local past = ARGV[6] ~= '' and below(key, ARGV[6]) or redis.call('ZCARD', key)
  if after_score ~= '' then
    local rank, there = rank_of(key, after_score, after_member)
    if backwards then past = math.min(past, rank) else first = math.max(first, rank + there) end
  end
  return first, past
end

local tokens, times = {}, {}
local function of_set()
  local first, past = window()
  if first >= past then return true end
  local from = backwards and math.max(past - many, first) or first
  local to = backwards and past - 1 or math.min(first + many, past) - 1
  local found = redis.call('ZRANGE', key, from, to, 'WITHSCORES')
  for i = 1, #found, 2 do
    local place = backwards and (#found - i + 1) / 2 or (i + 1) / 2
    tokens[place], times[place] = found[i], found[i + 1]
  end
  return backwards and from == first or not backwards and to == past - 1
end

local function of_list()
  local lined_up = tonumber(redis.call('HGET', state, 'lined_up')) or 0
  local left = redis.call('LLEN', key)
  if after_score ~= '' then left = math.min(left, lined_up - after_score) end
  if left <= 0 then return true end
  tokens = redis.call('LRANGE', key, -left, math.min(many - left - 1, -1))
  for i = 1, #tokens do times[i] = ms(lined_up - left + i) end
  return left <= many
end

local over
if ARGV[2] == 'ready' then over = of_list() else over = of_set() end
if #tokens == 0 then return { '', '' } end

local ids, bytes, slice = {}, 0, {}
for i, token in ipairs(tokens) do ids[i] = token:sub(1, 16) end
local records, trails = redis.call('HMGET', jobs, unpack(ids)), redis.call('HMGET', trail, unpack(ids))
local last = 0
for i, token in ipairs(tokens) do
  bytes = bytes + #(records[i] or '')
  if i > 1 and bytes > MOST_BYTES then break end
  last = i
  for _, part in ipairs({ token, times[i] or '', records[i] or '', trails[i] or '', records[i] and 1 or 0 }) do
    slice[#slice + 1] = part
  end
end

local answer = { '', '' }
if last < #tokens or not over then
  answer = { times[last], ARGV[2] == 'ready' and '' or tokens[last] }
end
for i, part in ipairs(slice) do answer[i + 2] = part end
return answer
