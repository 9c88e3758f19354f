-- What the scripts must know of a record: its scope and limits, and the unique key it holds. Of a
-- record that nobody can read, nothing.
local STARTED, WINDOW, DEADLINE = 1, 2, 4
local function header(record)
  if #record < 26 or record:byte(1) > 1 then return { flags = 0, backoff = 10000, key = '' } end
  local _, flags, _, _, backoff, not_after, _, size = struct.unpack('>BBBBI4I6I6I2', record)
  return { flags = flags, backoff = backoff, not_after = not_after, key = record:sub(27, 26 + size) }
end

local function has(head, flag) return bit.band(head.flags, flag) ~= 0 end
