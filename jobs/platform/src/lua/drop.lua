-- Ends running jobs that were cancelled, if their leases are still held.
--
-- ARGV  1 now  2 whether running jobs are limited  3 the done are kept (ms), then three a job: member,
--       attempts made, reason
--
-- Returns the places of members whose lease is not there.
local missing = unlease(4, 3, function(i, id, record, lost)
  retire(id, record, tonumber(ARGV[i + 1]), lost, tonumber(ARGV[3]), ARGV[i + 2])
end)
make_room()
return missing
