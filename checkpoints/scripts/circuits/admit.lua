-- ARGV: window, open_for, probes, now or ''. Whether a call may go through.
local found = load()
local now = clock(ARGV[4])
if not found.era then
  -- Not 1: tickets of a circuit that was forgotten mean nothing to this one.
  found.era = whole(now)
  redis.call('HSET', CIRCUIT, 'state', 'closed', 'era', found.era)
  keep()
end
if found.state == nil or found.state == 'closed' then
  return answer(found.era .. ':', 0, '', {})
end
local change = ''
if found.state == 'open' then
  local left = tonumber(found['until']) - now
  if left > 0 then
    return answer('', left, '', found)
  end
  redis.call('HSET', CIRCUIT, 'state', 'probing')
  change = 'probed'
end
local live, soonest = 0, nil
for name, value in pairs(found) do
  if string.match(name, '^p%d+$') then
    local left = tonumber(value) - now
    if left <= 0 then
      redis.call('HDEL', CIRCUIT, name)
    else
      live = live + 1
      soonest = math.min(soonest or left, left)
    end
  end
end
if live >= tonumber(ARGV[3]) then
  return answer('', soonest, change, found)
end
local probe = redis.call('HINCRBY', CIRCUIT, 'probed', 1)
redis.call('HSET', CIRCUIT, 'p' .. probe, string.format('%.3f', now + OPEN_FOR))
keep()
return answer(found.era .. ':' .. probe, 0, change, {})
