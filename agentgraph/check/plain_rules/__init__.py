"""Rules about LangGraph graphs alone, one file each, as in `rules`: not imported to check our own graphs.

Adding one edits nothing else: the catalogue walks this package.
"""
