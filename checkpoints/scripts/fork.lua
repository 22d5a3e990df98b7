-- Make a copied thread one of its own: new from now on and, where it begins earlier than its origin ended,
-- without what came later: the writes for the step after its last, and recorded steps.
-- format, fence, name of the checkpoint whose writes go, or ''
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end
if ARGV[3] ~= '' then
  redis.call('ZREMRANGEBYLEX', WRITES, '[' .. ARGV[3] .. '/', '(' .. ARGV[3] .. '0')
  redis.call('DEL', JOURNAL)
  redis.call('HDEL', META, 'recorded')
end
local now = micros()
redis.call('HSET', META, 'created', now, 'updated', now)
return {'OK'}
