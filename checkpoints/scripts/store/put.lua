-- Store and remove items: format, registration ('' for none), (key, milliseconds to live, payload) ...
-- An empty payload removes. Answers {'OK'}, or {'UNLISTED', floor} and does nothing: the namespace has
-- first to be registered with a number above `floor`, or nobody would find it.
local STALE, registration = 600 * 1000000, tonumber(ARGV[2])
local refused = newer(ARGV[1])
if refused then
  return refused
end

-- Nothing is stored in a namespace that is not listed. A registration counts unless it was taken
-- back since ('gone'), and only for ten minutes, because that is remembered for an hour.
local function unlisted()
  local listed, gone = unpack(redis.call('HMGET', META, 'listed', 'gone'))
  if listed then
    return nil
  end
  local floor, now = tonumber(gone or 0), micros()
  if registration and now - registration > STALE then
    floor = math.max(floor, now)
  end
  if not registration or registration <= floor then
    return {'UNLISTED', whole(floor)}
  end
  redis.call('HSET', META, 'format', ARGV[1], 'listed', ARGV[2])
  redis.call('HDEL', META, 'gone')
  return nil
end

for i = 5, #ARGV, 3 do
  if ARGV[i] ~= '' then
    refused = unlisted()
    break
  end
end
if refused then
  return refused
end

local now = whole(micros())
local lifetime = redis.call('PTTL', INDEX)   -- -1: for ever; -2: there is none yet
local last = tonumber(redis.call('ZREVRANGE', INDEX, 0, 0, 'WITHSCORES')[2] or 0)
local stored = false

local function put(key, span, payload)
  local created = string.match(redis.call('GETRANGE', ITEM .. key, 0, 31), '^(%d+)/')
  if not created or not redis.call('ZSCORE', INDEX, key) then
    last = last + 1
    redis.call('ZADD', INDEX, whole(last), key)
  end
  local item = (created or now) .. '/' .. now .. '/' .. span .. '/' .. payload
  if span == '0' then
    redis.call('SET', ITEM .. key, item)
    lifetime = -1
  else
    redis.call('SET', ITEM .. key, item, 'PX', span)
    if lifetime ~= -1 then
      lifetime = math.max(lifetime, tonumber(span))
    end
  end
  stored = true
end

for i = 3, #ARGV, 3 do
  if ARGV[i + 2] == '' then
    redis.call('DEL', ITEM .. ARGV[i])
    redis.call('ZREM', INDEX, ARGV[i])
  else
    put(ARGV[i], ARGV[i + 1], ARGV[i + 2])
  end
end
-- Where all items expire, what leads to them expires with the last.
for _, key in ipairs(stored and {META, INDEX} or {}) do
  if lifetime == -1 then
    redis.call('PERSIST', key)
  else
    redis.call('PEXPIRE', key, whole(lifetime))
  end
end
return {'OK'}
