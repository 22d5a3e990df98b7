-- Let items live their full time again: format, key ...
local refused = newer(ARGV[1])
if refused then
  return refused
end
for i = 2, #ARGV do
  renew(ARGV[i], redis.call('GETRANGE', ITEM .. ARGV[i], 0, 63))
end
return {'OK'}
