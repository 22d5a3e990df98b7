-- Store a checkpoint: its envelope, and the values of the channels that changed.
-- format, fence, ttl, name, envelope, run, number of values, (field, payload) ..., 0, (empty field, payload) ...
local format, fence, ttl, name, envelope, run = unpack(ARGV, 1, 6)
local refused = refusal(format, fence)
if refused then
  return refused
end

redis.call('HSET', CHECKPOINTS, name, envelope)
redis.call('ZADD', INDEX, 0, name)
local last = 7 + 2 * tonumber(ARGV[7])
for i = 8, last, 1000 do
  redis.call('HSET', VALUES, unpack(ARGV, i, math.min(i + 999, last)))
end
-- A channel without a value needs no entry, unless there is one that would speak for it.
for i = last + 2, #ARGV, 2 do
  if redis.call('HEXISTS', VALUES, ARGV[i]) == 1 then
    redis.call('HSET', VALUES, ARGV[i], ARGV[i + 1])
  end
end
if run ~= '' then
  redis.call('HSETNX', META, 'run:' .. run, 1)
end
touch(ttl)
return {'OK'}
