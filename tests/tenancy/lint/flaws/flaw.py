"""A flaw: what is wrong in a database that was sound a moment ago."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flaw:
    """SQL that breaks one rule at one object; `before` makes what it needs and breaks nothing new."""

    rule: str
    object: str
    sql: str
    before: str = ""


# Switching row-level security off is undone at once by the event trigger, unless it is silenced.
SILENT = "reset role; set local event_triggers = off; "
TENANT = "tenant_id = (select tenancy.current_tenant())"
# Roles are the cluster's: this lock, on a shared catalog, holds off the tests of every other database as well.
CLUSTER = "reset role; lock table pg_authid in share row exclusive mode; "
