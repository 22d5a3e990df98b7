"""Rules about the comments that waive findings, one file each: `CODE`, `SEVERITY`, a page, and `find(comment)`.

Their codes begin with AG0. Adding one edits nothing else: the catalogue walks this package.
"""
