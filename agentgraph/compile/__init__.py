"""Plan to LangGraph: the only room that builds LangGraph graphs.

Enters: a declared graph (its spec, its plan, its bodies). Leaves: an ordinary LangGraph
compiled graph. May not know: savers, Redis, how a run is started.
"""
