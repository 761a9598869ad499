"""Pages by room: each module has `CALLS` and `make_world(company)`, which makes one record of each kind.

It may have `make_admin_rows(company)`, in the company's scope: the key of one row of each model, by the model's name.
"""
