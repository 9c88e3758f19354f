-- Takes jobs out of the queue, into the bin, from which they can be restored for a while.
--
-- ARGV  1 now  2 receipt (empty: none)  3 the bin is kept (ms)  4 how many in it  5 only those given up
--       or done no later (ms; empty: any), then the ids
--
-- Returns for each 'deleted', 'later' (given up again since), 'gone', or where it stands, if it can't
-- be taken out: 'ready' and 'running'.
local receipt, bin_kept, bin_most = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local latest, touched = tonumber(ARGV[5]) or math.huge, 0

local function take_out(id)
  local record = redis.call('HGET', jobs, id)
  if not record then return 'gone' end
  local stand, at, attempt, lost = stands(id)
  if stand == 'ready' or stand == 'running' then return stand end
  local place = stand == 'dead' and 'dead' or (stand == 'scheduled' or stand == 'retrying') and 'due' or 'done'
  -- Called off, and its entry still in the list: it can't be taken out, and will go by itself.
  if not at then return 'gone' end
  if place ~= 'due' and tonumber(at) > latest then return 'later' end

  redis.call('ZREM', place == 'dead' and dead or place == 'due' and due or done,
    place == 'due' and id .. string.char(attempt, lost) or id)
  release(id, header(record))
  redis.call('HSET', bin, id, cmsgpack.pack({ receipt, place, at, attempt, lost, record, redis.call('HGET', trail, id) or '' }))
  redis.call('ZADD', deleted, ms(now), id)
  redis.call('HDEL', jobs, id)
  redis.call('HDEL', trail, id)
  touched = touched + 1
  return 'deleted'
end

local answers = {}
for i = 6, #ARGV do answers[i - 5] = take_out(ARGV[i]) end

local over = redis.call('ZCARD', deleted) - bin_most
local old = over > 0 and redis.call('ZRANGE', deleted, 0, math.min(over, 1000) - 1)
  or redis.call('ZRANGEBYSCORE', deleted, '-inf', ms(now - bin_kept), 'LIMIT', 0, 1000)
if #old > 0 then
  redis.call('ZREM', deleted, unpack(old))
  redis.call('HDEL', bin, unpack(old))
end
redis.call('PEXPIRE', deleted, ms(bin_kept))
redis.call('PEXPIRE', bin, ms(bin_kept))
sign_receipt(touched)
return answers
