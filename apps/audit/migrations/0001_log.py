"""The log: tables, partitions, what writes it, who may read it."""

from pathlib import Path

from django.db import migrations, models

from apps.audit.models import Xid8Field

SQL = Path(__file__).resolve().parent.parent / "sql"


def as_audit_owner(script: str) -> migrations.RunSQL:
    """Return the operation that runs a script as the owner of the log and comes back."""
    text = (SQL / f"{script}.sql").read_text()
    statements = f"set local role bulkhead_audit;\n{text}\nset local role bulkhead_owner;"
    return migrations.RunSQL(statements, migrations.RunSQL.noop)


ENTRY = migrations.CreateModel(
    name="Entry",
    fields=[
        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
        ("tenant_id", models.UUIDField(null=True)),
        ("xid", Xid8Field()),
        ("at", models.DateTimeField()),
        ("actor_kind", models.TextField()),
        ("actor_id", models.UUIDField(null=True)),
        ("principal_id", models.UUIDField(null=True)),
        ("request_id", models.TextField()),
        ("trace_id", models.TextField()),
        ("table_name", models.TextField()),
        ("row_key", models.TextField()),
        ("operation", models.TextField()),
        ("canonical", models.TextField()),
    ],
    options={"db_table": '"audit"."entry"', "managed": False, "verbose_name_plural": "entries"},
)


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [ENTRY, *(as_audit_owner(name) for name in ("tables", "partitions", "record", "access"))]
