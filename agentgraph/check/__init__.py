"""Does the graph hold together? A flow analysis over the plan, and rules that read it.

Enters: a `GraphSpec` (or a `Graph` that has one) and its `Plan`. Leaves: `Finding`s, and their
reports as text or JSON. May not know: LangGraph, Redis, implementations; nothing is run.

What others import: `engine` (`check_graph`), `finding` (`Finding`), `report.text` (`render_text`),
`report.json` (`render_json`), `catalogue` (`rules`, `explain`), `flow.known` (`known_at`).
"""
