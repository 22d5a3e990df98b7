-- ARGV: window, open_for, calls, failures, now or '', ticket, outcome. How a call ended that was let through.
local found = load()
local now = clock(ARGV[5])
local outcome = ARGV[7]
local era, probe = string.match(ARGV[6], '^(%d+):(%d*)$')

local function open(failed, calls)
  local stop = string.format('%.3f', now + OPEN_FOR)
  begin(found, 'open', 'until', stop, 'failed', whole(failed), 'calls', whole(calls))
  return answer('', OPEN_FOR, 'opened', {failed = failed, calls = calls})
end

if found.era ~= era then
  return answer('', 0, '', {})
end
if probe ~= '' then
  redis.call('HDEL', CIRCUIT, 'p' .. probe)
  if outcome == 'ok' then
    begin(found, 'closed')
    return answer('', 0, 'closed', {})
  elseif outcome == 'failed' then
    return open(tonumber(found.failed), tonumber(found.calls))
  end
  return answer('', 0, '', {})
end
if outcome == 'none' then
  return answer('', 0, '', {})
end
local span = math.floor(now / (WINDOW / SPANS))
local here = whole(span)
found['c' .. here] = redis.call('HINCRBY', CIRCUIT, 'c' .. here, 1)
if outcome == 'failed' then
  found['f' .. here] = redis.call('HINCRBY', CIRCUIT, 'f' .. here, 1)
end
local calls, failed = 0, 0
for name, value in pairs(found) do
  local kind, number = string.match(name, '^([cf])(%d+)$')
  if kind then
    if tonumber(number) <= span - SPANS then
      redis.call('HDEL', CIRCUIT, name)
    elseif kind == 'c' then
      calls = calls + tonumber(value)
    else
      failed = failed + tonumber(value)
    end
  end
end
if calls >= tonumber(ARGV[3]) and failed > 0 and failed >= tonumber(ARGV[4]) * calls then
  return open(failed, calls)
end
keep()
return answer('', 0, '', {})
