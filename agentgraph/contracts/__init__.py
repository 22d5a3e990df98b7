"""Does this fit that? Is this value in? Contracts as sets of JSON values.

Enters: Python types, JSON Schemas, JSON values. Leaves: `Contract`, `Verdict` with a witness
that anyone can verify, violations with paths, typed values.
May not know: graphs, agents, engines, files, the network, the time of day. Verdicts are pure:
bounded by counted fuel, the same on every machine.

What others import: `types` (types to contracts, values through the door), `relation`
(`compare`), `guards` (`narrow`, `covers`, `overlap`, `empty`), `validate`, `describe`, `report`.
"""
