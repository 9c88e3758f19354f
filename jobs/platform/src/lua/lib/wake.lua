-- Leaves a token for whoever waits; one is enough, since who takes it looks for everything.
local function wake(list)
  if redis.call('LLEN', list) == 0 then redis.call('LPUSH', list, 1) end
end
