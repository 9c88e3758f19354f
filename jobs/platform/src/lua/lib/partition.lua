-- Of every script that works on one partition of a queue: the keys of that partition, in the order of
-- `Keys::all`, and what time it is (ARGV 1, in ms; empty: Redis's clock).
local jobs, ready, due, leases, dead, done, trail, unique, unique_until, cancel, state, wake_list = unpack(KEYS)
local now = clock(ARGV[1])
