"""Flaws of functions."""

from tests.tenancy.lint.flaws.flaw import Flaw

DEFINER = "create function tenancy.lint_f() returns int language sql security definer"
PINNED = "set search_path = pg_catalog, pg_temp"

FUNCTIONS = (
    Flaw(
        "definer_owner",
        "tenancy.lint_f()",
        f"reset role; {DEFINER} {PINNED} return 1; revoke execute on function tenancy.lint_f() from public",
    ),
    Flaw("definer_search_path", "tenancy.lint_f()", f"{DEFINER} return 1"),
    Flaw(
        "definer_search_path", "tenancy.lint_f()", f"{DEFINER} set search_path = pg_temp, pg_catalog return 1"
    ),
    Flaw("definer_search_path", "tenancy.lint_f()", f'{DEFINER} set search_path = "$user", pg_temp return 1'),
    Flaw(
        "definer_search_path",
        "tenancy.lint_f()",
        f"{DEFINER} set search_path = lint_schema, pg_temp return 1",
        before="reset role; create schema lint_schema authorization bulkhead_owner; "
        "grant create on schema lint_schema to bulkhead_app",
    ),
    Flaw(
        "definer_public",
        "tenancy.lint_f()",
        f"{DEFINER} {PINNED} return 1; grant execute on function tenancy.lint_f() to public",
    ),
    Flaw(
        "definer_unreviewed",
        "tenancy.lint_f()",
        f"{DEFINER} {PINNED} return 1; grant execute on function tenancy.lint_f() to bulkhead_reader",
    ),
    Flaw(
        "leakproof_function",
        "public.lint_f(text)",
        "reset role; create function lint_f(text) returns bool language sql leakproof return true",
    ),
    Flaw("context_function", "tenancy.current_actor()", "alter function tenancy.current_actor() volatile"),
    Flaw("context_function", "tenancy.current_actor()", "drop function tenancy.current_actor()"),
    Flaw(
        "set_config_executable",
        "pg_catalog.set_config(text, text, boolean)",
        "reset role; grant execute on function set_config(text, text, boolean) to public",
    ),
    Flaw(
        "set_config_executable",
        "pg_catalog.set_config(text, text, boolean)",
        "reset role; grant execute on function set_config(text, text, boolean) to bulkhead_ask",
    ),
    *(
        Flaw(
            "session_visible",
            function,
            f"reset role; grant execute on function {function} to {role}",
        )
        for function, role in (
            ("pg_stat_get_activity(integer)", "public"),
            ("pg_stat_get_backend_activity(integer)", "bulkhead_app"),
            ("pg_cancel_backend(integer)", "bulkhead_ask"),
            ("pg_terminate_backend(integer,bigint)", "public"),
        )
    ),
    Flaw(
        "session_visible",
        "pg_stat_activity",
        "reset role; grant select on pg_stat_activity to bulkhead_reader",
    ),
)
