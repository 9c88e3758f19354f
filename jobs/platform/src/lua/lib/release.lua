-- Gives back the unique key that a job holds until it ends; one held for a window outlives its job.
local function release(id, head)
  if head.key == '' or has(head, WINDOW) then return end
  if redis.call('HGET', unique, head.key) == id then redis.call('HDEL', unique, head.key) end
end
