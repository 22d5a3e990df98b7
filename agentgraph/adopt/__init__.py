"""Other people's things as our nouns.

Enters: a LangGraph graph. Leaves: an agent (later: a whole spec). May not know: `declare`, the
checker, how anything is compiled. The one room below `compile` that may know `langgraph`.
"""
