"""Routes of the API by room: each module has `CALLS` and `make_records(company)`, ids by name, in the open scope."""
