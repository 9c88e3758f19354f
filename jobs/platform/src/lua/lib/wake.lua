-- Leaves a token for whoever waits; one is enough, since who takes it looks for everything.
local function wake()
  if redis.call('LLEN', wake_list) == 0 then redis.call('LPUSH', wake_list, 1) end
end
