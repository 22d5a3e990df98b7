-- Read items by key: format, (key, '1' to renew its lifetime) ...   Answers {'OK', {item or nil ...}}
local refused = newer(ARGV[1])
if refused then
  return refused
end
local found = {}
for i = 2, #ARGV, 2 do
  local item = redis.call('GET', ITEM .. ARGV[i])
  if item and ARGV[i + 1] == '1' then
    renew(ARGV[i], item)
  end
  found[#found + 1] = item
end
return {'OK', found}
