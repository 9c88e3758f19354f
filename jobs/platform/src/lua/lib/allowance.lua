-- Of the script that works on the bucket of an allowance.
local state = KEYS[1]
local now = clock(ARGV[1])
