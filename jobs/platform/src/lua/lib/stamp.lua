-- Writes into a new record when it was created: by Redis's clock, since the caller's may be wrong.
local function stamped(record, now) return record:sub(1, 14) .. struct.pack('>I6', now) .. record:sub(21) end
