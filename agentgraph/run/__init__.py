"""Start, resume, stream: a graph run on a thread of a memory.

Enters: a declared graph, an input or an answer. Leaves: a `RunResult`. May not know: Redis,
how memory is kept.
"""
