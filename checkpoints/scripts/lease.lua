-- Take, renew or give back the right to write a thread. A token never comes twice.
-- 'take', format, owner, milliseconds | 'renew', token, milliseconds | 'release', token
local verb = ARGV[1]
local held = redis.call('GET', LEASE)
local token, owner = string.match(held or '', '^(%d+)/(.*)$')

if verb == 'take' then
  if held then
    return {'HELD', owner, redis.call('PTTL', LEASE)}
  end
  local refused = refusal(ARGV[2], '')
  if refused then
    return refused
  end
  local last, now = redis.call('HGET', META, 'fence'), micros()
  if last and tonumber(last) >= tonumber(now) then
    now = string.format('%d', tonumber(last) + 1)
  end
  redis.call('HSET', META, 'fence', now)
  redis.call('SET', LEASE, now .. '/' .. ARGV[3], 'PX', ARGV[4])
  return {'OK', now}
end

if token ~= ARGV[2] then
  return {'FENCED'}
end
if verb == 'renew' then
  redis.call('PEXPIRE', LEASE, ARGV[3])
else
  redis.call('DEL', LEASE)
end
return {'OK', token}
