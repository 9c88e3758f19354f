-- Gives dead jobs all their attempts again, at an operator's wish.
--
-- ARGV  1 now  2 receipt (empty: none)  3 only those given up no later (ms; empty: any), then their ids
--
-- Returns for each 'retried', where it stands instead, 'gone', 'later' (given up again since), or the id
-- of the job that holds its unique key now.
local latest, touched = tonumber(ARGV[3]) or math.huge, 0

local function retry(id)
  local record, at = redis.call('HGET', jobs, id), tonumber(redis.call('ZSCORE', dead, id))
  if not record then return 'gone' end
  if not at then return (stands(id)) end
  if at > latest then return 'later' end

  local head = header(record)
  if head.key ~= '' and not has(head, WINDOW) then
    local holder = holder_of(head.key)
    if holder and holder ~= id then return holder end
    take_key(head.key, id)
  end
  redis.call('ZREM', dead, id)
  redis.call('HSET', trail, id, cjson.encode({ since = now }))
  line_up({ id .. '\0\0' })
  touched = touched + 1
  return 'retried'
end

local answers = {}
for i = 4, #ARGV do answers[i - 3] = retry(ARGV[i]) end
if touched > 0 then wake() end
sign_receipt(touched)
return answers
