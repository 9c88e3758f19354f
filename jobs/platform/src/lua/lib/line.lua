-- Puts entries at the end of the line. How many ever came there is counted, so that whoever walks it
-- knows its place though others come and go: see page.lua.
local function line_up(entries)
  redis.call('HINCRBY', state, 'lined_up', #entries)
  redis.call('RPUSH', ready, unpack(entries))
end
