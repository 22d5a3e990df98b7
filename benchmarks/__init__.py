"""One question per file; its docstring says how to read the answer. Ratios within one run, never absolute times."""
