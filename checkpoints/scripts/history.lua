-- What channels were given along the ancestors of a checkpoint, newest first: one walk for all channels.
-- where to start (see `resolve`), how many ancestors at most, channel ...
-- Answers {'OK', format, where to go on or '', {{{write ...}, {channel, field, payload or nil} ...} ...}}.
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

-- The sixth part of a write's name is its channel: namespace/checkpoint/task/index/channel/...
local function writes_of(name)
  local found = {}
  for _, write in ipairs(range(WRITES, name .. '/')) do
    local channel = string.match(write, '^[^/]*/[^/]*/[^/]*/[^/]*/([^/]*)/')
    if open[channel] then
      found[#found + 1] = write
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
    local channel = string.match(ref, '^[^/]*')
    if open[channel] then
      local payload = redis.call('HGET', VALUES, namespace(cursor) .. ref)
      if not payload or string.sub(payload, 7, 6 + string.byte(payload, 6)) ~= 'empty' then
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
return {'OK', format, more and '=' .. name or '', steps}
