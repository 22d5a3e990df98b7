-- Put payloads in the place of what means the same; only where that still lies there.
-- format, fence, ttl, part, (field or member, SHA-1 of the payload there, what takes its place) ...
-- The part 'new blobs' has big values that references need, and no SHA-1.
-- Answers {'OK', how many were put}.
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end
local hashes = {checkpoints = CHECKPOINTS, values = VALUES, blobs = BLOBS, runs = RUNS}
local sets = {writes = WRITES, journal = JOURNAL}
local part, put = ARGV[4], 0

for i = 5, #ARGV, 3 do
  local name, was, now = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if part == 'new blobs' then
    redis.call('HSETNX', BLOBS, name, now)
  elseif sets[part] then
    -- A member is its own name.
    if redis.call('ZREM', sets[part], name) == 1 then
      redis.call('ZADD', sets[part], 0, now)
      put = put + 1
    end
  else
    local there = redis.call('HGET', hashes[part], name)
    if there and redis.sha1hex(there) == was then
      redis.call('HSET', hashes[part], name, now)
      put = put + 1
    end
  end
end
-- Its age stays what it was: it says the same as before.
local updated = redis.call('HGET', META, 'updated')
touch('0')
if updated then
  redis.call('HSET', META, 'updated', updated)
end
redis.call('HINCRBY', META, 'upkeep', 1)
return {'OK', put}
