-- The run records of a thread: {'OK', format, {run, number/payload ...}}
return {'OK', redis.call('HGET', META, 'format'), redis.call('HGETALL', RUNS)}
