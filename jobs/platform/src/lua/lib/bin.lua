-- What was deleted: when, and all of it (receipt, place, when there, attempt, lost, record, trail).
local deleted, bin = KEYS[14], KEYS[15]
