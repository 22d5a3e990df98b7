"""What is known in the state at each step, who wrote it, and who may run at the same time.

Enters: a `GraphSpec` and its `Plan`. Leaves: `Flow`. May not know: rules, findings, reports.

On the way: `places` (the plan as places and options), `reach`, `beside` (who runs beside whom),
`arrivals` (which sources of a join come together), `definitions` and `states` (facts), `fixpoint`.
Small graphs can be gone through once more, exactly: `moments`.
"""
