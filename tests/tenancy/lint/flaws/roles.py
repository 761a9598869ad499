"""Flaws of roles."""

from tests.tenancy.lint.flaws.flaw import CLUSTER, Flaw

ROLES = (
    *(
        Flaw("role_attribute", "bulkhead_app", CLUSTER + f"alter role bulkhead_app {attribute}")
        for attribute in ("superuser", "bypassrls", "createrole", "createdb", "replication")
    ),
    Flaw("role_attribute", "bulkhead_owner", CLUSTER + "alter role bulkhead_owner login"),
    Flaw("role_missing", "bulkhead_ask", CLUSTER + "alter role bulkhead_ask rename to lint_renamed"),
    Flaw("role_bypass", "lint_role", CLUSTER + "create role lint_role bypassrls"),
    *(
        Flaw("role_membership", role, CLUSTER + f"grant {group} to {role}")
        for role, group in (
            ("bulkhead_app", "bulkhead_owner"),
            ("bulkhead_reader", "pg_read_all_data"),
            ("bulkhead_ask", "pg_monitor"),
            ("bulkhead_relay", "bulkhead_migrator"),
            ("bulkhead_sealer", "pg_write_all_data"),
            ("bulkhead_app", "pg_execute_server_program"),
            ("bulkhead_owner", "bulkhead_audit"),
        )
    ),
    Flaw(
        "member_of_owner", "lint_role", CLUSTER + "create role lint_role; grant bulkhead_owner to lint_role"
    ),
    Flaw(
        "member_of_owner",
        "lint_role",
        CLUSTER + "create role lint_role; grant pg_read_all_data to lint_role",
    ),
    Flaw(
        "role_owns",
        "bulkhead_app",
        CLUSTER + "alter function lint_owned() owner to bulkhead_app",
        before="create function lint_owned() returns int language sql return 1",
    ),
    Flaw("role_setting", "bulkhead_app", CLUSTER + "alter role bulkhead_app set row_security = off"),
    Flaw(
        "role_setting",
        "bulkhead_reader",
        CLUSTER + "alter role bulkhead_reader set bulkhead.context = 'v1|'",
    ),
)
