"""The log as Django sees it: read only; its tables are made and owned by `sql/*.sql`."""

from typing import Any

from django.db import models


class Xid8Field(models.BigIntegerField):  # type: ignore[type-arg]
    """A 64-bit transaction number; PostgreSQL's `xid8` reaches psycopg as text."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)


class Entry(models.Model):
    """One change of one row, or one access. `canonical` is the text that is hashed."""

    id = models.BigIntegerField(primary_key=True)
    tenant_id = models.UUIDField(null=True)
    xid = Xid8Field()
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    principal_id = models.UUIDField(null=True)
    request_id = models.TextField()
    trace_id = models.TextField()
    table_name = models.TextField()
    row_key = models.TextField()
    operation = models.TextField()
    canonical = models.TextField()

    class Meta:
        managed = False
        verbose_name_plural = "entries"
        db_table = '"audit"."entry"'

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_key}"
