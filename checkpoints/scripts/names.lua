-- The names of a thread's checkpoints, oldest first.
-- namespace with its '/', or '' for all; only ids below this name, or ''; how many of the newest, or '0'
local space, before, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
if space == '' then
  return {'OK', redis.call('ZRANGE', INDEX, 0, -1)}
end
local high = '(' .. (before ~= '' and before or string.sub(space, 1, -2) .. '0')
if limit == 0 then
  limit = -1
end
local newest = redis.call('ZREVRANGEBYLEX', INDEX, high, '[' .. space, 'LIMIT', 0, limit)
local names = {}
for i = #newest, 1, -1 do
  names[#names + 1] = newest[i]
end
return {'OK', names}
