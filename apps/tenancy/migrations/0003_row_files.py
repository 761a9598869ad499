from django.db import migrations, models

import apps.core.fields
import apps.core.ids
import apps.core.scope
from apps.core.walls import wall


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_sign_in_cache")]
    operations = [
        migrations.CreateModel(
            name="RowFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("kind", models.TextField()),
                ("name", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("checked", "Checked"), ("running", "Running"), ("done", "Done")]
                    ),
                ),
                ("content", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("refused", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("problems", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("created_rows", models.IntegerField(default=0)),
                ("changed_rows", models.IntegerField(default=0)),
                ("same_rows", models.IntegerField(default=0)),
                ("refused_rows", models.IntegerField(default=0)),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "kind", "created_at"], name="tenancy_rowfile_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["checked", "running", "done"])),
                        name="tenancy_rowfile_state",
                    )
                ],
            },
        ),
        *wall("tenancy_rowfile", audited=False, deletable=False),
    ]
