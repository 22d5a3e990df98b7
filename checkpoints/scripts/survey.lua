-- What a thread holds, to plan a removal: {'OK', format, updated, {name ...}, {value field ...}}
local meta = redis.call('HMGET', META, 'format', 'updated')
return {'OK', meta[1], meta[2], redis.call('ZRANGE', INDEX, 0, -1), redis.call('HKEYS', VALUES)}
