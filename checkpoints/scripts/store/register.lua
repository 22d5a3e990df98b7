-- Register a namespace: what its member begins with, floor. Answers {'OK', registration, {member ...}}:
-- a number above `floor` and above all that the namespace had, and two members to be looked after:
-- so that names of namespaces whose items expired never become the most.
local beginning = ARGV[1]
local number = math.max(micros(), tonumber(ARGV[2]) + 1)
local high = '(' .. string.sub(beginning, 1, -2) .. '\1'
for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], '[' .. beginning, high)) do
  number = math.max(number, tonumber(string.sub(member, #beginning + 1)) + 1)
  redis.call('ZREM', KEYS[1], member)
end
redis.call('ZADD', KEYS[1], 0, beginning .. whole(number))
return {'OK', whole(number), redis.call('ZRANDMEMBER', KEYS[1], 2)}
