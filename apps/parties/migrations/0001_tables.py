from django.db import migrations, models

import apps.core.fields
import apps.core.ids
import apps.core.scope
from apps.core.walls import wall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("country_code", models.CharField(max_length=2)),
                ("tax_id", models.TextField(blank=True, default="")),
                ("email", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("is_walk_in", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "name", "id"], name="parties_by_name"),
                    models.Index(
                        fields=["tenant_id", "country_code", "name", "id"], name="parties_by_country"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "code"), name="parties_one_code"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_walk_in", True)),
                        fields=("tenant_id",),
                        name="parties_one_walk_in",
                    ),
                ],
            },
        ),
        *wall("parties_customer", customer="id"),
    ]
