-- Whether a namespace has items, removing the entries of expired ones: format, the registration that the caller saw
-- Answers {'KEPT'}: it has. {'EMPTY'}: that registration may be taken back, nothing will be stored under it.
-- {'BARE'}: it has none, but was registered anew since. {'AGAIN'}: so many had expired that the rest is
-- for the next call.
local WALK, PAGE, HOUR = 1000, 100, 3600
local refused = newer(ARGV[1])
if refused then
  return refused
end
for _ = 1, WALK / PAGE do
  local page = redis.call('ZRANGE', INDEX, 0, PAGE - 1)
  for _, key in ipairs(page) do
    if redis.call('EXISTS', ITEM .. key) == 1 then
      return {'KEPT'}
    end
    redis.call('ZREM', INDEX, key)
  end
end
if redis.call('EXISTS', INDEX) == 1 then
  return {'AGAIN'}
end
local seen = tonumber(ARGV[2])
local listed, gone = unpack(redis.call('HMGET', META, 'listed', 'gone'))
if listed and tonumber(listed) > seen then
  return {'BARE'}
end
redis.call('DEL', META)
redis.call('HSET', META, 'format', ARGV[1], 'gone', whole(math.max(seen, tonumber(gone or 0))))
redis.call('EXPIRE', META, HOUR)
return {'EMPTY'}
