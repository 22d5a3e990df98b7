"""The rules, one file each: `CODE`, `SEVERITY`, a page as docstring, and `find(flow)`.

Adding one edits nothing else: the catalogue walks this package.
"""
