"""The library that `answer_with_sources` reads: passages, a search over them, a house policy.

Plain Python that knows nothing of graphs, save `Library`'s place: it is what a run is given.
"""
