from pathlib import Path

from django.db import migrations, models

import apps.core.ids
import apps.core.scope
from apps.core.walls import wall

DUE = Path(__file__).resolve().parent.parent / "sql" / "due.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("kind", models.TextField()),
                ("title", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("queued", "queued"),
                            ("running", "running"),
                            ("succeeded", "succeeded"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="queued",
                    ),
                ),
                ("arguments", models.JSONField(default=dict)),
                ("result", models.JSONField(blank=True, null=True)),
                ("error", models.JSONField(blank=True, null=True)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(blank=True, null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("attempts", models.SmallIntegerField(default=0)),
                ("fence", models.BigIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("is_cancel_requested", models.BooleanField(default=False)),
                ("created_by", models.UUIDField()),
                ("created_by_label", models.TextField(default="")),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "-created_at", "id"], name="jobs_newest"),
                    models.Index(
                        condition=models.Q(("finished_at", None)),
                        fields=["tenant_id", "lease_until"],
                        name="jobs_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("queued", "running", "succeeded", "failed", "cancelled"))
                        ),
                        name="jobs_known_state",
                    )
                ],
            },
        ),
        *wall("jobs_job", deletable=False),
        migrations.RunSQL(DUE.read_text(), migrations.RunSQL.noop),
    ]
