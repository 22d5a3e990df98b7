"""Example graphs, one lesson a module, through agentgraph's front door only.

`order_processing` routes a question to exactly one of three ways. `answer_with_sources`
corrects itself in a bounded loop. `travel_planner` runs three graphs side by side, asks a
person and undoes what it began. `python -m graphs.demo` shows them at work.
`shop`, `library` and `agency` are the worlds that they act upon; data lie in `data`.
"""
