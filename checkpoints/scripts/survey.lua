-- What a thread holds, to plan a removal:
-- {'OK', format, state, {name ...}, {value field, digests or '' ...}, {name of a checkpoint, digests ...}, {digest ...}}
-- The names are those of the checkpoints; those with digests are what writes refer to.
local fields = {}
for _, field in ipairs(redis.call('HKEYS', VALUES)) do
  fields[#fields + 1] = field
  fields[#fields + 1] = references(redis.call('HGET', VALUES, field)) or ''
end
local writes = {}
local digests = redis.call('HKEYS', BLOBS)
if #digests > 0 then
  for _, write in ipairs(redis.call('ZRANGE', WRITES, 0, -1)) do
    local _, referred = parts_of(write)
    if referred then
      writes[#writes + 1] = string.match(write, '^[^/]*/[^/]*')
      writes[#writes + 1] = referred
    end
  end
end
return {'OK', redis.call('HGET', META, 'format'), state(), redis.call('ZRANGE', INDEX, 0, -1), fields, writes, digests}
