from django.db import migrations, models

import apps.core.ids
import apps.core.scope
from apps.core.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("source", models.TextField()),
                ("file_name", models.TextField()),
                ("file_sha256", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("running", "running"),
                            ("finished", "finished"),
                            ("cancelled", "cancelled"),
                            ("failed", "failed"),
                        ],
                        default="running",
                    ),
                ),
                ("shift_days", models.IntegerField(blank=True, null=True)),
                ("report", models.JSONField(blank=True, null=True)),
                ("created_by", models.UUIDField()),
                ("created_by_label", models.TextField(blank=True, default="")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "import batches",
                "indexes": [
                    models.Index(fields=["tenant_id", "source", "started_at"], name="invoices_import_order")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("running", "finished", "cancelled", "failed"))),
                        name="invoices_known_import_state",
                    )
                ],
            },
        ),
        *wall("invoices_importbatch", deletable=False),
    ]
