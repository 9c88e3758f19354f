-- Where the number of running jobs is limited, a lease that ended makes room for another (ARGV 2: 1).
local function make_room()
  if ARGV[2] == '1' and redis.call('LLEN', ready) > 0 then wake() end
end
