-- Stands before every script of circuits. One key, a hash, that lives as long as it can matter:
--   state   closed, open or probing          era      changes with each state; tickets bear it
--   until   when an open one may be tried    failed, calls   what opened it
--   c<n>, f<n>   calls and failures of span n of the window
--   p<n>    until when probe n counts        probed   how many there were
-- Times are in milliseconds. `agentgraph/call/circuits.py` does the very same in one process.
local CIRCUIT = KEYS[1]
local SPANS = 10
local WINDOW, OPEN_FOR = tonumber(ARGV[1]), tonumber(ARGV[2])

-- The server's time, or the one that is given, for those who make time themselves.
local function clock(given)
  if given ~= '' then
    return tonumber(given)
  end
  local t = redis.call('TIME')
  return t[1] * 1000 + t[2] / 1000
end

local function whole(number)
  return string.format('%d', number)
end

local function load()
  local found = {}
  local flat = redis.call('HGETALL', CIRCUIT)
  for i = 1, #flat, 2 do
    found[flat[i]] = flat[i + 1]
  end
  return found
end

local function keep()
  redis.call('PEXPIRE', CIRCUIT, whole(2 * (WINDOW + OPEN_FOR) + 1000))
end

-- Begin a state anew: what was counted in the last one counts no more.
local function begin(found, state, ...)
  redis.call('DEL', CIRCUIT)
  local era = whole(tonumber(found.era) + 1)
  redis.call('HSET', CIRCUIT, 'state', state, 'era', era, 'probed', found.probed or '0', ...)
  keep()
end

-- Every answer: ticket, milliseconds to wait, change, failed, calls.
local function answer(ticket, wait, change, found)
  return {ticket, whole(math.ceil(wait)), change, tonumber(found.failed or 0), tonumber(found.calls or 0)}
end
