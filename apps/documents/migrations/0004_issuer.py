from django.db import migrations, models

import apps.core.ids
import apps.core.scope
from apps.core.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_settings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Issuer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("country_code", models.CharField(max_length=2)),
                ("tax_id", models.TextField(blank=True, default="")),
                ("registration_number", models.TextField(blank=True, default="")),
                ("street", models.TextField(blank=True, default="")),
                ("postal_code", models.TextField(blank=True, default="")),
                ("city", models.TextField(blank=True, default="")),
                ("region", models.TextField(blank=True, default="")),
                ("phone", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                ("bank_name", models.TextField(blank=True, default="")),
                ("bank_account", models.TextField(blank=True, default="")),
                ("bank_code", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant_id",), name="documents_one_issuer")],
            },
        ),
        *wall("documents_issuer", customer="all", deletable=False),
    ]
