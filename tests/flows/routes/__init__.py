"""Pages by room: each module has `CALLS` and `make_world(company)`, which makes one record of each kind."""
