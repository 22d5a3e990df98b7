-- Whether any of these runs wrote checkpoints in this thread: {'OK', 0 or 1}
for i = 1, #ARGV do
  if redis.call('HEXISTS', META, 'run:' .. ARGV[i]) == 1 then
    return {'OK', 1}
  end
end
return {'OK', 0}
