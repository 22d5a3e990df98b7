-- Stands before every script. The keys of one thread, in the order of `thread_keys`:
local INDEX, CHECKPOINTS, VALUES, BLOBS, WRITES = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local JOURNAL, RUNS, META, LEASE = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
-- All but the lease live and are copied together.
local LASTING = 8

-- Every script answers with a list: a word first, 'OK' where all went well.

local function micros()
  local t = redis.call('TIME')
  return string.format('%d', t[1] * 1000000 + t[2])
end

-- What a thread is in, from `updated` and `upkeep` of its META: changes with every write and every removal.
local function state_of(updated, upkeep)
  return (updated or '') .. '/' .. (upkeep or '')
end

-- Before a write: nil, or the answer that refuses it; and what `state_of` is told.
-- `fence` is the token of the caller's lease, or '' where it holds none.
local function refusal(format, fence)
  local found = redis.call('HMGET', META, 'format', 'fence', 'updated', 'upkeep')
  if found[1] and tonumber(found[1]) > tonumber(format) then
    return {'FORMAT', found[1]}
  end
  if fence ~= '' and found[2] ~= fence then
    return {'FENCED'}
  end
  if not found[1] then
    redis.call('HSET', META, 'format', format, 'created', micros())
  elseif found[1] ~= format then
    -- From now on it holds what only this format knows.
    redis.call('HSET', META, 'format', format)
  end
  return nil, found[3], found[4]
end

-- After a write: note when, which is the answer, and let all keys of the thread live equally long.
-- `ttl` is in milliseconds; with '0', a lifetime that the thread has already goes on.
local function touch(ttl)
  local now, left = micros(), tonumber(ttl)
  redis.call('HSET', META, 'updated', now)
  if left == 0 then
    left = redis.call('PTTL', META)
  end
  for i = 1, left < 0 and 0 or LASTING do
    redis.call('PEXPIRE', KEYS[i], left)
  end
  return now
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
-- Before it stand format, checksum, in format 2 a byte that says how to read on, and its length.
local function head(envelope)
  local start = string.byte(envelope) == 1 and 6 or 7
  if #envelope < start + 3 then
    return ''
  end
  local length = struct.unpack('>I4', envelope, start)
  return string.sub(envelope, start + 4, start + 3 + length)
end

-- Of a payload: the digests of the big values that it refers to, with commas between; or nil.
local function references(payload)
  if string.byte(payload) ~= 2 or bit.band(string.byte(payload, 6) or 0, 32) == 0 then
    return nil
  end
  local digests = {}
  for i = 1, struct.unpack('>I2', payload, 7) do
    digests[i] = string.sub(payload, 40 * i - 31, 40 * i + 8)
  end
  return table.concat(digests, ',')
end

-- Whether a payload says that there is no value.
local function is_empty(payload)
  if string.byte(payload) == 1 then
    return string.sub(payload, 7, 6 + (string.byte(payload, 6) or 0)) == 'empty'
  end
  return bit.band(string.byte(payload, 6) or 0, 64) ~= 0
end

-- Of a write: channels with commas between, and the digests it refers to likewise, or nil.
local function parts_of(write)
  local channels, digests = string.match(write, '^[^/]*/[^/]*/[^/]*/%+%d+/[^/]*/([^/]*)/([^/]*)/')
  if channels then
    return channels, digests ~= '' and digests or nil
  end
  -- A write that stands alone; those of format 1 have commas in names as they are.
  return (string.gsub(string.match(write, '^[^/]*/[^/]*/[^/]*/[^/]*/([^/]*)/') or '', ',', '%%2C')), nil
end

-- Gathers big values by their digests, each once.
local blobs, gathered = {}, {}
local function gather(digests)
  for digest in string.gmatch(digests or '', '[^,]+') do
    if not gathered[digest] then
      gathered[digest] = true
      blobs[#blobs + 1] = digest
      blobs[#blobs + 1] = redis.call('HGET', BLOBS, digest)
    end
  end
end

local function gather_of(write)
  local _, digests = parts_of(write)
  gather(digests)
end

local function state()
  return state_of(unpack(redis.call('HMGET', META, 'updated', 'upkeep'), 1, 2))
end

local function namespace(name)
  return string.match(name, '^[^/]*/')
end
