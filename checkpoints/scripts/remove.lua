-- Remove checkpoints with their writes, and values; only while the thread is as it was when planned.
-- format, fence, `updated` as it was, number of names, name ..., number of runs, run ..., value field ...
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end
if redis.call('HGET', META, 'updated') ~= ARGV[3] then
  return {'CHANGED'}
end

local at = 4
local function each(count, act)
  for i = at + 1, at + count do
    act(ARGV[i])
  end
  at = at + count + 1
end

each(tonumber(ARGV[at]), function(name)
  redis.call('HDEL', CHECKPOINTS, name)
  redis.call('ZREM', INDEX, name)
  redis.call('ZREMRANGEBYLEX', WRITES, '[' .. name .. '/', '(' .. name .. '0')
end)
each(tonumber(ARGV[at]), function(run)
  redis.call('HDEL', META, 'run:' .. run)
end)
for i = at, #ARGV do
  redis.call('HDEL', VALUES, ARGV[i])
end
redis.call('HSET', META, 'updated', micros())
return {'OK'}
