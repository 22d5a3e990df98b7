-- Store checkpoints and writes of one thread: several calls come as one, all or none.
-- format, fence, ttl, (kind, how many arguments, argument ...) ...
--   'seen'        state, letters: in that state of the thread, what the orders up to the next 'seen' refer to was
--                 there, in the keys with these letters
--   'blobs'       digest, payload ...
--   'checkpoint'  name, envelope, run, '1' if it needs its parent, number of values, (field, payload) ..., (empty field, payload) ...
--   'pack'        beginning (up to the task, with '/'), indices, the rest with the payload
--   'alone'       beginning (up to the index, with '/'), the rest with the payload: written over
-- Answers 'OK', state before and state now with blanks between, {'MISSING'} for a big value that is neither there nor brought along, or
-- {'LOST', name} for what a checkpoint refers to and cannot be brought.
local refused, updated, upkeep = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end
local before = state_of(updated, upkeep)

-- What stores each kind of order.
local store = {}

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

-- A checkpoint refers to values that were stored before, and its delta channels to its ancestors. Where
-- those are gone (a failover to a replica that had not got them, a lifetime that ran out), storing it
-- would make a thread that cannot be read, or of which the half is. So each is looked for, unless the
-- caller saw it, nobody wrote or removed anything since, and its key was not evicted.
local letters = {p = CHECKPOINTS, v = VALUES, b = BLOBS}
local function holds(state, said)
  if state ~= before or not updated then
    return false
  end
  for letter in string.gmatch(said, '.') do
    if redis.call('EXISTS', letters[letter]) == 0 then
      return false
    end
  end
  return true
end

local brought, missing, lost = {}, false, nil
local function need(key, field)
  if not brought[field] and redis.call('HEXISTS', key, field) == 0 then
    lost = lost or field
  end
end
local function need_blobs(digests)
  for digest in string.gmatch(digests or '', '[^,]+') do
    missing = missing or not brought[digest] and redis.call('HEXISTS', BLOBS, digest) == 0
  end
end

-- What looks for all that an order refers to; 'blobs' and 'alone' refer to nothing.
local look = {}

function look.pack(first)
  need_blobs(string.match(ARGV[first + 2], '^[^/]*/([^/]*)/'))
end

function look.checkpoint(first)
  local space, said = namespace(ARGV[first]), head(ARGV[first + 1])
  if ARGV[first + 3] == '1' then
    need(CHECKPOINTS, space .. string.match(said, '^[^\n]*'))
  end
  for ref in string.gmatch(said, '\n%+([^\n]+)') do
    need(VALUES, space .. ref)
  end
  for i = first + 6, first + 4 + 2 * tonumber(ARGV[first + 4]), 2 do
    need_blobs(references(ARGV[i]))
  end
end

local function bring(kind, first, last)
  if kind == 'checkpoint' then
    brought[ARGV[first]] = true
    first, last = first + 5, first + 4 + 2 * tonumber(ARGV[first + 4])
  elseif kind ~= 'blobs' then
    return
  end
  for i = first, last, 2 do
    brought[ARGV[i]] = true
  end
end

local orders, unseen = {}, {}
local at, sure = 4, false
while at <= #ARGV do
  local kind, first, last = ARGV[at], at + 2, at + 1 + tonumber(ARGV[at + 1])
  if kind == 'seen' then
    sure = holds(ARGV[first], ARGV[first + 1])
  else
    orders[#orders + 1] = {kind, first, last}
    if not sure and look[kind] then
      unseen[#unseen + 1] = orders[#orders]
    end
  end
  at = last + 1
end

-- Before anything is stored.
for _, order in ipairs(#unseen > 0 and orders or {}) do
  bring(unpack(order))
end
for _, order in ipairs(unseen) do
  look[order[1]](order[2])
end
if missing then
  return {'MISSING'}
end
if lost then
  return {'LOST', lost}
end
for _, order in ipairs(orders) do
  store[order[1]](order[2], order[3])
end
-- In one line, which is read the fastest.
return redis.status_reply(string.format('OK %s %s', before, state_of(touch(ARGV[3]), upkeep)))
