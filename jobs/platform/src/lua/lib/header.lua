-- What the scripts must know of a record: its scope and limits, and the unique key it holds. Of a
-- record that nobody can read, nothing.
local STARTED, WINDOW, DEADLINE, KEY, ORIGIN, METADATA = 1, 2, 4, 8, 16, 32

local function has(head, flag) return bit.band(head.flags, flag) ~= 0 end

local function header(record)
  if #record < 14 or record:byte(1) > 1 then return { flags = 0, backoff = 10000, key = '' } end
  local _, flags, _, _, backoff = struct.unpack('>BBBBI4', record)
  local head, at = { flags = flags, backoff = backoff, key = '' }, 15
  if has(head, DEADLINE) then
    head.not_after, at = #record > 19 and struct.unpack('>I6', record, at) or 0, at + 6
  end
  if has(head, KEY) and #record > at then
    local size = struct.unpack('>I2', record, at)
    for _, flag in ipairs({ KEY, ORIGIN, METADATA }) do
      if has(head, flag) then at = at + 2 end
    end
    head.key = record:sub(at, at + size - 1)
  end
  return head
end
