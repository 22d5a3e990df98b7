-- Take registrations back: member ...   One that was renewed since is another member, and stays.
for i = 1, #ARGV do
  redis.call('ZREM', KEYS[1], ARGV[i])
end
return {'OK'}
