-- Walk a namespace in the order in which its items were first stored.
-- format, after ('' for the beginning), how many to skip, how many to take, '1' to renew their lifetimes
-- Answers {'OK', skipped, {key, item ...}, after}; `after` is '' when the end was reached. Entries of
-- items that expired are removed. At most WALK entries are looked at, so that nobody waits long.
local WALK, PAGE = 1000, 100
local refused = newer(ARGV[1])
if refused then
  return refused
end
local low = ARGV[2] == '' and '-inf' or '(' .. ARGV[2]
local skip, take, walked, skipped, found = tonumber(ARGV[3]), tonumber(ARGV[4]), 0, 0, {}

-- Whether the item was there.
local function meet(key)
  if skipped < skip then
    local there = redis.call('EXISTS', ITEM .. key) == 1
    skipped = skipped + (there and 1 or 0)
    return there
  end
  local item = redis.call('GET', ITEM .. key)
  if item then
    found[#found + 1] = key
    found[#found + 1] = item
    if ARGV[5] == '1' then
      renew(key, item)
    end
  end
  return item
end

while true do
  local page = redis.call('ZRANGEBYSCORE', INDEX, low, '+inf', 'WITHSCORES', 'LIMIT', 0, PAGE)
  for i = 1, #page, 2 do
    if not meet(page[i]) then
      redis.call('ZREM', INDEX, page[i])
    end
    walked = walked + 1
    low = '(' .. page[i + 1]
    if #found == 2 * take or walked == WALK then
      return {'OK', skipped, found, page[i + 1]}
    end
  end
  if #page < 2 * PAGE then
    return {'OK', skipped, found, ''}
  end
end
