from django.db import migrations, models

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
            name="Product",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("sku", models.TextField()),
                ("name", models.TextField()),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=18)),
                ("currency", models.CharField(max_length=3)),
                ("tax_rate", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "name", "id"], name="catalog_by_name")],
                "constraints": [models.UniqueConstraint(fields=("tenant_id", "sku"), name="catalog_one_sku")],
            },
        ),
        *wall("catalog_product", customer="all"),
    ]
