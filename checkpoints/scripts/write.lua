-- Store checkpoints and writes of one thread: several calls come as one, all or none.
-- format, fence, ttl, (kind, how many arguments, argument ...) ...
--   'needs'       digest ... of what is to be there already
--   'blobs'       digest, payload ...
--   'checkpoint'  name, envelope, run, '1' if it needs its parent, number of values, (field, payload) ..., (empty field, payload) ...
--   'pack'        beginning (up to the task, with '/'), indices, the rest with the payload
--   'alone'       beginning (up to the index, with '/'), the rest with the payload: written over
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end

local store = {}

function store.needs() end

function store.blobs(first, last)
  for i = first, last, 2 do
    redis.call('HSETNX', BLOBS, ARGV[i], ARGV[i + 1])
  end
end

function store.checkpoint(first, last)
  local name, envelope, run, _, values = unpack(ARGV, first, first + 4)
  redis.call('HSET', CHECKPOINTS, name, envelope)
  redis.call('ZADD', INDEX, 0, name)
  local empties = first + 5 + 2 * tonumber(values)
  for i = first + 5, empties - 1, 1000 do
    redis.call('HSET', VALUES, unpack(ARGV, i, math.min(i + 999, empties - 1)))
  end
  -- A channel without a value needs no entry, unless there is one that would speak for it.
  for i = empties, last, 2 do
    if redis.call('HEXISTS', VALUES, ARGV[i]) == 1 then
      redis.call('HSET', VALUES, ARGV[i], ARGV[i + 1])
    end
  end
  if run ~= '' then
    redis.call('HSETNX', META, 'run:' .. run, 1)
  end
end

-- The first to write a (task, index) wins: what an earlier pack holds already is not stored again,
-- and of what is in both, readers take the earlier one's.
function store.pack(first)
  local beginning, indices, rest = unpack(ARGV, first, first + 2)
  local packs = redis.call('ZRANGEBYLEX', WRITES, '[' .. beginning .. '+', '(' .. beginning .. ',')
  for _, pack in ipairs(packs) do
    local there = string.match(pack, '^%d+/([^/]*)/', #beginning + 2)
    if there == indices or (tonumber(there) or 0) >= (tonumber(indices) or math.huge) then
      return
    end
  end
  redis.call('ZADD', WRITES, 0, beginning .. '+' .. #packs .. '/' .. indices .. '/' .. rest)
end

function store.alone(first)
  for _, old in ipairs(range(WRITES, ARGV[first])) do
    redis.call('ZREM', WRITES, old)
  end
  redis.call('ZADD', WRITES, 0, ARGV[first] .. ARGV[first + 1])
end

local function each(act)
  local at = 4
  while at <= #ARGV do
    local last = at + 1 + tonumber(ARGV[at + 1])
    act(ARGV[at], at + 2, last)
    at = last + 1
  end
end

-- Before anything is stored: where something is missing, the caller sends it along.
local missing
each(function(kind, first, last)
  for i = first, kind == 'needs' and last or 0 do
    missing = missing or redis.call('HEXISTS', BLOBS, ARGV[i]) == 0
  end
end)
if missing then
  return {'MISSING'}
end

-- A checkpoint refers to values that were stored before, and its delta channels to its ancestors. Where
-- those are gone (a failover to a replica that had not got them, a lifetime that ran out), storing it
-- would make a thread that cannot be read, or of which the half is.
local brought, lost = {}, nil
local function need(key, field)
  if not brought[field] and redis.call('HEXISTS', key, field) == 0 then
    lost = lost or field
  end
end
each(function(kind, first)
  if kind == 'checkpoint' then
    brought[ARGV[first]] = true
    for i = first + 5, first + 3 + 2 * tonumber(ARGV[first + 4]), 2 do
      brought[ARGV[i]] = true
    end
  end
end)
each(function(kind, first)
  if kind == 'checkpoint' then
    local space, said = namespace(ARGV[first]), head(ARGV[first + 1])
    if ARGV[first + 3] == '1' then
      need(CHECKPOINTS, space .. string.match(said, '^[^\n]*'))
    end
    for ref in string.gmatch(said, '\n%+([^\n]+)') do
      need(VALUES, space .. ref)
    end
  end
end)
if lost then
  return {'LOST', lost}
end
each(function(kind, first, last)
  store[kind](first, last)
end)
touch(ARGV[3])
return {'OK'}
