-- What a thread takes up, and how its newest checkpoint stands.
-- 'parts' | 'fields'
-- {'OK', format, created, updated, checkpoints of the root, milliseconds to live, lease, {bytes of each key ...},
--  name of the newest checkpoint, its envelope, {its writes to special channels ...},
--  with 'fields': {kind, whose, how many, bytes ...}}
-- The bytes of a key are what Redis uses for it; those by field are names and payloads as they are stored.
local sums, order = {}, {}
local function count(kind, whose, bytes)
  local key = kind .. '/' .. whose
  local sum = sums[key]
  if not sum then
    sum = {kind, whose, 0, 0}
    sums[key] = sum
    order[#order + 1] = sum
  end
  sum[3] = sum[3] + 1
  sum[4] = sum[4] + bytes
end

local counted = {}
-- A big value that several refer to belongs to the first.
local function count_big(digests, whose)
  for digest in string.gmatch(digests or '', '[^,]+') do
    if not counted[digest] then
      counted[digest] = true
      count('blobs', whose, #digest + redis.call('HSTRLEN', BLOBS, digest))
    end
  end
end

-- Whose a value is: namespace/channel; a list of one, in which commas are escaped.
local function count_values()
  for _, field in ipairs(redis.call('HKEYS', VALUES)) do
    local whose = string.gsub(string.match(field, '^[^/]*/[^/]*'), ',', '%%2C')
    local payload = redis.call('HGET', VALUES, field)
    count('values', whose, #field + #payload)
    count_big(references(payload), whose)
  end
end

-- Whose a pack of writes is: namespace/channels with commas between.
local function count_writes()
  for _, write in ipairs(redis.call('ZRANGE', WRITES, 0, -1)) do
    local channels, digests = parts_of(write)
    local whose = namespace(write) .. channels
    count('writes', whose, #write)
    count_big(digests, whose)
  end
end

local function count_hash(kind, key)
  for _, field in ipairs(redis.call('HKEYS', key)) do
    count(kind, '', #field + redis.call('HSTRLEN', key, field))
  end
end

local bytes = {}
for i = 1, #KEYS do
  bytes[i] = redis.call('MEMORY', 'USAGE', KEYS[i], 'SAMPLES', 0) or 0
end
local meta = redis.call('HMGET', META, 'format', 'created', 'updated')
local name = resolve('>/')
local special = {}
for _, write in ipairs(name and range(WRITES, name .. '/') or {}) do
  if string.match(write, '^[^/]*/[^/]*/[^/]*/%-') then
    special[#special + 1] = write
  end
end
if ARGV[1] == 'fields' then
  count_values()
  count_writes()
  count_hash('checkpoints', CHECKPOINTS)
  count_hash('runs', RUNS)
  for _, step in ipairs(redis.call('ZRANGE', JOURNAL, 0, -1)) do
    count('journal', '', #step)
  end
end
local flat = {}
for _, sum in ipairs(order) do
  for _, part in ipairs(sum) do
    flat[#flat + 1] = part
  end
end
return {
  'OK', meta[1], meta[2], meta[3], redis.call('ZLEXCOUNT', INDEX, '[/', '(0'), redis.call('PTTL', META),
  redis.call('GET', LEASE), bytes, name or false, name and redis.call('HGET', CHECKPOINTS, name) or false, special, flat
}
