-- The run records of a thread, or with 'newest' the one stored last: {'OK', format, {run, number/payload ...}}
local format = redis.call('HGET', META, 'format')
if ARGV[1] ~= 'newest' then
  return {'OK', format, redis.call('HGETALL', RUNS)}
end
local run = redis.call('HGET', META, 'newest')
local found = run and redis.call('HGET', RUNS, run)
return {'OK', format, found and {run, found} or {}}
