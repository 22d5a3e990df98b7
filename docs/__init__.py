"""The documentation, and `python -m docs`, which writes the pages that are made from the code."""
