-- Put a dumped thread under another name, whole or not at all.
-- milliseconds to live or '0', dump or '' ...
for i = 1, LASTING do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    return {'EXISTS'}
  end
end
for i = 1, LASTING do
  if ARGV[i + 1] ~= '' then
    redis.call('RESTORE', KEYS[i], ARGV[1], ARGV[i + 1])
  end
end
return {'OK'}
