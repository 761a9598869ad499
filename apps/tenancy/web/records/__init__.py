"""Pages of master records from a description: a list with its file, a record, its form, its import.

`description` holds what an entity is described by, `paths` makes its addresses; see docs/contributing/records.md.
"""
