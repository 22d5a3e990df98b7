-- The recorded steps of a place, or with '' of the whole thread: {'OK', format, {member ...}}
local format = redis.call('HGET', META, 'format')
if ARGV[1] == '' then
  return {'OK', format, redis.call('ZRANGE', JOURNAL, 0, -1)}
end
return {'OK', format, range(JOURNAL, ARGV[1])}
