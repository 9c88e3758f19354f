-- Writes into a new record when it was created: by Redis's clock, since the caller's may be wrong.
local function stamp_of(now) return struct.pack('>I6', now) end

local function stamped(record, stamp) return record:sub(1, 14) .. stamp .. record:sub(21) end
