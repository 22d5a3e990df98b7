-- Registered namespaces in their order: low, high, how many. Answers {'OK', {member ...}}
return {'OK', redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])}
