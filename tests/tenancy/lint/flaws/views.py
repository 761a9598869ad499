"""Flaws of views and their like."""

from tests.tenancy.lint.flaws.flaw import Flaw

VIEWS = (
    Flaw("view_without_invoker", "public.lint_view", "create view lint_view as select * from lint_parent"),
    Flaw(
        "view_without_invoker",
        "public.lint_view",
        "create view lint_view with (security_invoker = false) as select * from lint_parent",
    ),
    Flaw(
        "matview_readable",
        "public.lint_matview",
        "grant select on lint_matview to bulkhead_reader",
        before="create materialized view lint_matview as select * from lint_parent",
    ),
    Flaw(
        "matview_readable",
        "public.lint_matview",
        "grant select (name) on lint_matview to bulkhead_ask",
        before="create materialized view lint_matview as select * from lint_parent",
    ),
    Flaw(
        "foreign_table_readable",
        "public.lint_foreign",
        "grant select on lint_foreign to bulkhead_reader",
        before="reset role; create foreign data wrapper lint_fdw; "
        "create server lint_server foreign data wrapper lint_fdw; "
        "create foreign table lint_foreign (id int) server lint_server; "
        "alter table lint_foreign owner to bulkhead_owner",
    ),
)
