"""The shop that `order_processing` works for: its books, its carrier, its refund rules.

Plain Python that knows nothing of graphs, save `Shop`'s place: it is what a run is given.
"""
