-- Writes into a new record when it was created: by Redis's clock, since the caller's may be wrong.
local stamp = struct.pack('>I6', now)

local function stamped(record) return record:sub(1, 8) .. stamp .. record:sub(15) end
