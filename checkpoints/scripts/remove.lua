-- Remove checkpoints with their writes, and values; only while the thread is as it was when planned.
-- format, fence, state as it was, then four lists, each with its length before it:
-- names of checkpoints, runs, value fields, digests.
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end
if state() ~= ARGV[3] then
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
each(tonumber(ARGV[at]), function(field)
  redis.call('HDEL', VALUES, field)
end)
each(tonumber(ARGV[at]), function(digest)
  redis.call('HDEL', BLOBS, digest)
end)
-- Its age stays what it was: nobody wrote to it.
redis.call('HINCRBY', META, 'upkeep', 1)
return {'OK'}
