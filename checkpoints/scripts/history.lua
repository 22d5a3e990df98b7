-- What channels were given along the ancestors of a checkpoint, newest first: one walk for all channels.
-- where to start (see `resolve`), how many ancestors at most, channel ...
-- Answers {'OK', format, where to go on or '', {{{write ...}, {channel, field, payload or nil} ...} ...},
-- {digest, payload or nil ...}}. Packs come whole, with what they hold of other channels.
local budget = tonumber(ARGV[2])
local open, left = {}, 0
for i = 3, #ARGV do
  open[ARGV[i]] = true
  left = left + 1
end

local function parent_of(name)
  local envelope = name and redis.call('HGET', CHECKPOINTS, name)
  local parent = envelope and string.match(head(envelope), '^[^\n]*') or ''
  return parent ~= '' and namespace(name) .. parent
end

local function is_open(channels)
  for channel in string.gmatch(channels, '[^,]+') do
    if open[channel] then
      return true
    end
  end
  return open[''] and (channels == '' or string.find(',' .. channels .. ',', ',,', 1, true))
end

-- Whether a task may have written an index twice: then the first one counts, whatever its channel.
local function has_repeats(writes)
  local packed, alone
  for _, write in ipairs(writes) do
    local pack, index = string.match(write, '^[^/]*/[^/]*/[^/]*/(%+?)(%d+)/')
    if pack == '+' and index ~= '0' then
      return true
    end
    packed, alone = packed or pack == '+', alone or pack == ''
  end
  return packed and alone
end

local function writes_of(name)
  local found, writes = {}, range(WRITES, name .. '/')
  local all = has_repeats(writes)
  for _, write in ipairs(writes) do
    if all or is_open((parts_of(write))) then
      found[#found + 1] = write
      gather_of(write)
    end
  end
  return found
end

local format = redis.call('HGET', META, 'format')
local steps, visited, name = {}, {}, resolve(ARGV[1])
local cursor = parent_of(name)
while cursor and left > 0 and budget > 0 and not visited[cursor] do
  local envelope = redis.call('HGET', CHECKPOINTS, cursor)
  if not envelope then
    cursor = false
    break
  end
  visited[cursor] = true
  budget = budget - 1
  local step = {writes_of(cursor)}
  for ref in string.gmatch(head(envelope), '\n%+([^\n]+)') do
    local channel = string.gsub(string.match(ref, '^[^/]*'), ',', '%%2C')
    if open[channel] then
      local payload = redis.call('HGET', VALUES, namespace(cursor) .. ref)
      if not payload or not is_empty(payload) then
        gather(payload and references(payload))
        step[#step + 1] = {channel, namespace(cursor) .. ref, payload}
        open[channel] = nil
        left = left - 1
      end
    end
  end
  steps[#steps + 1] = step
  name = cursor
  cursor = parent_of(name)
end
local more = cursor and left > 0 and not visited[cursor]
return {'OK', format, more and '=' .. name or '', steps, blobs}
