-- Store what a task wrote. The first writer of a (task, index) wins; a special channel is written over.
-- format, fence, ttl, (beginning up to the index, the rest with the payload, '1' to write over) ...
local refused = refusal(ARGV[1], ARGV[2])
if refused then
  return refused
end

for i = 4, #ARGV, 3 do
  local beginning, rest = ARGV[i], ARGV[i + 1]
  if ARGV[i + 2] == '1' then
    for _, old in ipairs(range(WRITES, beginning)) do
      redis.call('ZREM', WRITES, old)
    end
    redis.call('ZADD', WRITES, 0, beginning .. rest)
  elseif not has(WRITES, beginning) then
    redis.call('ZADD', WRITES, 0, beginning .. rest)
  end
end
touch(ARGV[3])
return {'OK'}
