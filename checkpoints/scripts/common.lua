-- Stands before every script. The keys of one thread, in the order of `thread_keys`:
local INDEX, CHECKPOINTS, VALUES, WRITES = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local JOURNAL, RUNS, META, LEASE = KEYS[5], KEYS[6], KEYS[7], KEYS[8]

-- Every script answers with a list: a word first, 'OK' where all went well.

local function micros()
  local t = redis.call('TIME')
  return string.format('%d', t[1] * 1000000 + t[2])
end

-- Before a write: nil, or the answer that refuses it.
-- `fence` is the token of the caller's lease, or '' where it holds none.
local function refusal(format, fence)
  local found = redis.call('HMGET', META, 'format', 'fence')
  if found[1] and tonumber(found[1]) > tonumber(format) then
    return {'FORMAT', found[1]}
  end
  if fence ~= '' and found[2] ~= fence then
    return {'FENCED'}
  end
  if not found[1] then
    redis.call('HSET', META, 'format', format, 'created', micros())
  end
  return nil
end

-- After a write: note when, and let all keys of the thread live equally long.
-- `ttl` is in milliseconds; with '0', a lifetime that the thread has already goes on.
local function touch(ttl)
  redis.call('HSET', META, 'updated', micros())
  local left = tonumber(ttl)
  if left == 0 then
    left = redis.call('PTTL', META)
    if left < 0 then
      return
    end
  end
  for i = 1, 7 do
    redis.call('PEXPIRE', KEYS[i], left)
  end
end

-- The members of a sorted set that begin with `beginning`, which ends with '/': '0' is the next byte.
local function range(key, beginning)
  return redis.call('ZRANGEBYLEX', key, '[' .. beginning, '(' .. string.sub(beginning, 1, -2) .. '0')
end

local function has(key, beginning)
  return redis.call('ZLEXCOUNT', key, '[' .. beginning, '(' .. string.sub(beginning, 1, -2) .. '0') > 0
end

-- Which checkpoint is meant: '=name', or '>namespace/' for the one with the greatest id.
local function resolve(what)
  local name = string.sub(what, 2)
  if string.sub(what, 1, 1) == '=' then
    return name
  end
  local high = '(' .. string.sub(name, 1, -2) .. '0'
  return redis.call('ZREVRANGEBYLEX', INDEX, high, '[' .. name, 'LIMIT', 0, 1)[1]
end

-- The head of an envelope: the parent, then '+channel/version' and '-channel/version' lines.
local function head(envelope)
  if #envelope < 9 then
    return ''
  end
  local length = struct.unpack('>I4', envelope, 6)
  return string.sub(envelope, 10, 9 + length)
end

local function namespace(name)
  return string.match(name, '^[^/]*/')
end
