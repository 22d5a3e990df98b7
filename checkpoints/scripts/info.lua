-- A thread in numbers: {'OK', format, created, updated, checkpoints of the root, milliseconds to live}
local meta = redis.call('HMGET', META, 'format', 'created', 'updated')
return {'OK', meta[1], meta[2], meta[3], redis.call('ZLEXCOUNT', INDEX, '[/', '(0'), redis.call('PTTL', META)}
