"""GraphSpec to Plan: the very nodes, triggers, joins and counters that will run. Pure.

Enters: a declared graph. Leaves: `Plan`, and the tables and rules by which joins fire.
May not know: any engine, any callable, the checker.
"""
