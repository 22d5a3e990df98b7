-- Store a run's record; a later one takes its place, and keeps its number. The newest is whose was stored last.
-- format, fence, ttl, run, payload
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end
local old = redis.call('HGET', RUNS, ARGV[4])
local number = old and string.match(old, '^%d+') or redis.call('HINCRBY', META, 'ran', 1)
redis.call('HSET', RUNS, ARGV[4], number .. '/' .. ARGV[5])
redis.call('HSET', META, 'newest', ARGV[4])
touch(ARGV[3])
return {'OK'}
