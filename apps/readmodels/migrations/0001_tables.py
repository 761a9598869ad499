from django.db import migrations, models

import apps.core.scope
from apps.core.walls import wall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("changes", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceCopy",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("build", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "id",
                        "build",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("id", models.UUIDField()),
                ("kind", models.TextField()),
                ("state", models.TextField()),
                ("issue_date", models.DateField()),
                ("customer_id", models.UUIDField()),
                ("country_code", models.TextField()),
                ("currency", models.TextField()),
                ("net_minor", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CustomerDay",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("build", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "build",
                        "day",
                        "currency",
                        "customer_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("currency", models.TextField()),
                ("customer_id", models.UUIDField()),
                ("net_minor", models.BigIntegerField()),
                ("documents", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("documents", 0)),
                        fields=["tenant_id", "build"],
                        name="readmodels_customer_empty",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentDay",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("build", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "build",
                        "day",
                        "currency",
                        "kind",
                        "state",
                        "country_code",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("currency", models.TextField()),
                ("kind", models.TextField()),
                ("state", models.TextField()),
                ("country_code", models.TextField()),
                ("documents", models.IntegerField()),
                ("net_minor", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("documents", 0)),
                        fields=["tenant_id", "build"],
                        name="readmodels_document_empty",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LineCopy",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("build", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "id",
                        "build",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("id", models.UUIDField()),
                ("invoice_id", models.UUIDField()),
                ("product_id", models.UUIDField(null=True)),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=18)),
                ("net_minor", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "invoice_id", "build"], name="readmodels_line_of_invoice"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductMonth",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("build", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "build",
                        "month",
                        "currency",
                        "product_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.DateField()),
                ("currency", models.TextField()),
                ("product_id", models.UUIDField()),
                ("net_minor", models.BigIntegerField()),
                ("documents", models.IntegerField()),
                ("lines", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lines", 0)),
                        fields=["tenant_id", "build"],
                        name="readmodels_month_empty",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RevenueDay",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("build", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "build",
                        "day",
                        "currency",
                        "country_code",
                        "product_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("currency", models.TextField()),
                ("country_code", models.TextField()),
                ("product_id", models.UUIDField()),
                ("net_minor", models.BigIntegerField()),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=24)),
                ("documents", models.IntegerField()),
                ("lines", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lines", 0)),
                        fields=["tenant_id", "build"],
                        name="readmodels_revenue_empty",
                    )
                ],
            },
        ),
        *wall("readmodels_invoicecopy", key=("id", "build"), customer="customer_id", audited=False),
        *wall("readmodels_linecopy", key=("id", "build"), audited=False),
        *wall(
            "readmodels_revenueday",
            key=("build", "day", "currency", "country_code", "product_id"),
            audited=False,
        ),
        *wall("readmodels_productmonth", key=("build", "month", "currency", "product_id"), audited=False),
        *wall(
            "readmodels_customerday",
            key=("build", "day", "currency", "customer_id"),
            customer="customer_id",
            audited=False,
        ),
        *wall(
            "readmodels_documentday",
            key=("build", "day", "currency", "kind", "state", "country_code"),
            audited=False,
        ),
        # A list of the commonest tenants makes the planner believe that a tenant not on it has no rows.
        migrations.RunSQL(
            "alter table readmodels_invoicecopy alter column tenant_id set statistics 0;"
            "alter table readmodels_linecopy alter column tenant_id set statistics 0",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "alter table readmodels_documentday set (fillfactor = 70);"
            "alter table readmodels_customerday set (fillfactor = 85);"
            "alter table readmodels_productmonth set (fillfactor = 85);"
            "alter table readmodels_revenueday set (fillfactor = 90)",
            migrations.RunSQL.noop,
        ),
    ]
