-- Read checkpoints whole, or their envelopes only.
-- ttl ('' to leave it), 'full' or 'envelope', what ...   (see `resolve`)
-- Answers {'OK', format, {{name, envelope, {write ...}} ...}, {field, payload or nil ...}, {digest, payload or nil ...}, state}:
-- values that several checkpoints share come once, and so do big ones. A checkpoint that is not there is left out;
-- {'LOST', name} where the index knows it, or where the index itself is gone: one key was evicted.
local entries, fields, seen, values = {}, {}, {}, {}
local full = ARGV[2] == 'full'

for i = 3, #ARGV do
  local name = resolve(ARGV[i])
  local envelope = name and redis.call('HGET', CHECKPOINTS, name)
  if name and not envelope and redis.call('ZSCORE', INDEX, name) then
    return {'LOST', name}
  end
  if not envelope and redis.call('EXISTS', INDEX) < redis.call('EXISTS', CHECKPOINTS) then
    return {'LOST', 'index'}
  end
  if envelope then
    local writes = {}
    if full then
      writes = range(WRITES, name .. '/')
      for _, write in ipairs(writes) do
        gather_of(write)
      end
      for ref in string.gmatch(head(envelope), '\n%+([^\n]+)') do
        local field = namespace(name) .. ref
        if not seen[field] then
          seen[field] = true
          fields[#fields + 1] = field
        end
      end
    end
    entries[#entries + 1] = {name, envelope, writes}
  end
end

for i = 1, #fields, 1000 do
  local found = redis.call('HMGET', VALUES, unpack(fields, i, math.min(i + 999, #fields)))
  for j, payload in ipairs(found) do
    values[#values + 1] = fields[i + j - 1]
    values[#values + 1] = payload
    gather(payload and references(payload))
  end
end
local format = redis.call('HGET', META, 'format')
if ARGV[1] ~= '' and format then
  touch(ARGV[1])
end
return {'OK', format, entries, values, blobs, state()}
