"""Where everything stands: layered from top to bottom, orthogonal lines, room for labels.

Enters: boxes and wires with their sizes. Leaves: rectangles and corner points, in whole
units (cells of a terminal, or pixels). May not know: graphs, agents, any output format.
"""
