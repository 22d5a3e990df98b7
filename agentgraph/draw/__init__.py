"""From a graph to a picture of it.

Enters: a `GraphSpec` and the checker's findings. Leaves: text, in one of several formats.
May not know: agents' code, the engine, the terminal it is shown on. Pure.
"""
