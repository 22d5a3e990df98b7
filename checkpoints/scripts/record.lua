-- Record a step; the first writer of a (place, key) wins.
-- format, fence, ttl, beginning (place/key/), payload. Answers {'OK'}, or {'OK', what was recorded before}.
local beginning = ARGV[4]
local found = range(JOURNAL, beginning)[1]
if found then
  return {'OK', found}
end
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end
local member = beginning .. redis.call('HINCRBY', META, 'recorded', 1) .. '/' .. ARGV[5]
redis.call('ZADD', JOURNAL, 0, member)
touch(ARGV[3])
return {'OK'}
