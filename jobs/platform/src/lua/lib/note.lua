-- Writes down how a job fared: its counts, so that its entry can be computed, its last 5 errors, and
-- since when it is to run, if it is to run again (ms).
local function note(id, attempt, lost, code, text, since)
  local known, past = pcall(cjson.decode, redis.call('HGET', trail, id) or '{}')
  local errors = known and type(past) == 'table' and type(past.errors) == 'table' and past.errors or {}
  if code ~= '' then
    errors[#errors + 1] = { at = now, attempt = attempt, code = code, text = text }
    if #errors > 5 then table.remove(errors, 1) end
  end
  local fared = { attempt = attempt, lost = lost, since = since }
  if #errors > 0 then fared.errors = errors end
  redis.call('HSET', trail, id, cjson.encode(fared))
end
