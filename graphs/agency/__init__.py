"""The travel agency that `travel_planner` works for: its catalogue, and its ledger of holds.

Plain Python that knows nothing of graphs, save `Agency`'s place: it is what a run is given.
"""
