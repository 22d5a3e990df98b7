"""The vocabulary: `agent`, `tool`, `Graph`, `Edge`, `Route`, `Map`, `field` and their markers.

Enters: the user's functions and types. Leaves: a `Graph`: its `GraphSpec` (plain data) and the
bodies that carry it out. May not know: the checker, the engine, how anything is run.
"""
