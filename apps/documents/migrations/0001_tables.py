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
            name="SeriesCounter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("series", models.TextField()),
                ("year", models.IntegerField()),
                ("last_number", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "series", "year"), name="documents_one_counter"
                    )
                ],
            },
        ),
        *wall("documents_seriescounter", customer="all", deletable=False, audited=False),
    ]
