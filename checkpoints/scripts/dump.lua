-- A thread as it is at one moment: {'OK', format, milliseconds to live or -1, {dump or nil ...}}
local dumps = {}
for i = 1, LASTING do
  dumps[i] = redis.call('DUMP', KEYS[i])
end
return {'OK', redis.call('HGET', META, 'format'), redis.call('PTTL', META), dumps}
