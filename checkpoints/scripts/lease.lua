-- Take, renew or give back the right to write a thread. A token never comes twice.
-- 'take', format, owner, milliseconds, dead | 'renew', token, milliseconds, owner | 'release', token
-- `dead` is a holder who is known to have ended: the lease passes from it at once. '' where there is none.
local verb = ARGV[1]
local held = redis.call('GET', LEASE)
local token, owner = string.match(held or '', '^(%d+)/(.*)$')

if verb == 'take' then
  if held and owner ~= ARGV[5] then
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

if verb == 'renew' then
  -- One that ran out goes on where nobody came since: only its holder can have written meanwhile.
  if not held and redis.call('HGET', META, 'fence') == ARGV[2] then
    redis.call('SET', LEASE, ARGV[2] .. '/' .. ARGV[4], 'PX', ARGV[3])
    return {'OK', ARGV[2]}
  end
  if token ~= ARGV[2] then
    return {'FENCED'}
  end
  redis.call('PEXPIRE', LEASE, ARGV[3])
  return {'OK', token}
end

if token ~= ARGV[2] then
  return {'FENCED'}
end
redis.call('DEL', LEASE)
-- Where nothing was stored, the lease leaves no thread behind.
if redis.call('EXISTS', unpack(KEYS, 1, #KEYS - 2)) == 0 then
  redis.call('DEL', META)
end
return {'OK', token}
