from django.db import migrations, models

import apps.core.scope
from apps.core.walls import open_table, wall

# Rewritten many times a second: room in the page keeps each update inside it (HOT).
ROOM = "alter table {table} set (fillfactor = 40, autovacuum_vacuum_threshold = 500)"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_tables"),
        ("catalog", "0001_tables"),
        ("parties", "0001_tables"),
        ("invoices", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="TenantCopy",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "projection",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("projection", models.TextField()),
                ("build", models.IntegerField(default=0)),
                ("start_lsn", models.BigIntegerField(default=0)),
                ("lsn", models.BigIntegerField(default=0)),
                ("changed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("projection", models.TextField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.TextField(
                        choices=[("running", "Running"), ("building", "Building"), ("stopped", "Stopped")],
                        default="building",
                    ),
                ),
                ("lsn", models.BigIntegerField(default=0)),
                ("passed_lsn", models.BigIntegerField(default=0)),
                ("committed_at", models.DateTimeField(null=True)),
                ("applied_at", models.DateTimeField(null=True)),
                ("changes", models.BigIntegerField(default=0)),
                ("epoch", models.IntegerField(default=0)),
                ("problem", models.TextField(default="")),
                ("cure", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                {"building": "Building", "running": "Running", "stopped": "Stopped"},
                            )
                        ),
                        name="changes_known_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="changes_one_heartbeat")
                ],
            },
        ),
        *open_table("changes_checkpoint"),
        *open_table("changes_heartbeat"),
        *wall("changes_tenantcopy", key=("projection",), customer="all", audited=False),
        *(
            migrations.RunSQL(ROOM.format(table=table), migrations.RunSQL.noop)
            for table in ("changes_checkpoint", "changes_heartbeat", "changes_tenantcopy")
        ),
    ]
