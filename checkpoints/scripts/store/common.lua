-- Stands before every script of the store. The keys of one namespace, as `namespace_keys` has
-- them; the third is what the keys of its items begin with. (Scripts that list names have one key.)
local META, INDEX, ITEM = KEYS[1], KEYS[2], KEYS[3]

-- Every script answers with a list: a word first, 'OK' where all went well.

local function micros()
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end

local function whole(number)
  return string.format('%d', number)
end

-- nil, or the answer that refuses a namespace in a newer format.
local function newer(format)
  local found = redis.call('HGET', META, 'format')
  if found and tonumber(found) > tonumber(format) then
    return {'FORMAT', found}
  end
  return nil
end

-- Let the index live at least `span` milliseconds: never shorter than an item that it leads to.
local function outlast(span)
  local left = redis.call('PTTL', INDEX)
  if left >= 0 and left < span then
    redis.call('PEXPIRE', INDEX, whole(span))
    redis.call('PEXPIRE', META, whole(span))
  end
end

-- Let an item that was read live its full time again.
local function renew(key, item)
  local span = tonumber(string.match(item, '^%d+/%d+/(%d+)/') or 0)
  if span > 0 then
    redis.call('PEXPIRE', ITEM .. key, whole(span))
    outlast(span)
  end
end
