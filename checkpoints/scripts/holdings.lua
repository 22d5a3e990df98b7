-- A page of one part of a thread: {'OK', format, cursor for the next page or '0', {item ...}}
-- part, cursor, about how many. Of hashes field and payload in turn, of sorted sets member and score.
local hashes = {checkpoints = CHECKPOINTS, values = VALUES, blobs = BLOBS, runs = RUNS}
local sets = {writes = WRITES, journal = JOURNAL}
local found
if hashes[ARGV[1]] then
  found = redis.call('HSCAN', hashes[ARGV[1]], ARGV[2], 'COUNT', ARGV[3])
else
  found = redis.call('ZSCAN', sets[ARGV[1]], ARGV[2], 'COUNT', ARGV[3])
end
return {'OK', redis.call('HGET', META, 'format'), found[1], found[2]}
