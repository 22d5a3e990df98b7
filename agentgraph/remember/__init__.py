"""Memory as the rest sees it: ports for checkpoints, journal and threads.

Enters: nothing. Leaves: the `Memory` that a run is given, and the ports it is made of.
May not know: Redis, LangGraph.
"""
