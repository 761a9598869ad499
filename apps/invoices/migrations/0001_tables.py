from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

IMMUTABLE = Path(__file__).resolve().parent.parent / "sql" / "immutable.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_tables"),
        ("catalog", "0001_tables"),
        ("parties", "0001_tables"),
        ("documents", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")], default="invoice"
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[("draft", "Draft"), ("posted", "Posted"), ("void", "Void")], default="draft"
                    ),
                ),
                ("series", models.TextField(default="INV")),
                ("number", models.TextField(blank=True, null=True)),
                ("sequence", models.BigIntegerField(blank=True, null=True)),
                ("issue_date", models.DateField()),
                ("due_date", models.DateField()),
                ("country_code", models.CharField(max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("net_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField(default=0)),
                ("external_number", models.TextField(blank=True, default="")),
                ("content_hash", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
                ("source", models.TextField(default="page")),
                ("created_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "credits",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="invoices.invoice",
                    ),
                ),
                (
                    "customer",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="parties.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("position", models.IntegerField()),
                ("description", models.TextField()),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=18)),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=18)),
                ("tax_rate", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("net_minor", models.BigIntegerField()),
                (
                    "invoice",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="invoices.invoice",
                    ),
                ),
                (
                    "product",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant_id", "-issue_date", "-id"], name="invoices_newest"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant_id", "state", "-issue_date", "-id"], name="invoices_by_state"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["tenant_id", "customer", "-issue_date", "-id"], name="invoices_by_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant_id", "-total_minor", "-id"], name="invoices_by_total"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("credits", None), _negated=True),
                fields=["tenant_id", "credits"],
                name="invoices_by_credited",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", None), _negated=True),
                fields=("tenant_id", "number"),
                name="invoices_one_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_number", ""), _negated=True),
                fields=("tenant_id", "source", "external_number"),
                name="invoices_one_external",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", {"credit_note": "Credit note", "invoice": "Invoice"})),
                name="invoices_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", {"draft": "Draft", "posted": "Posted", "void": "Void"})),
                name="invoices_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("net_minor__gte", 0),
                    ("tax_minor__gte", 0),
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_minor"), "+", models.F("tax_minor")
                        ),
                    ),
                ),
                name="invoices_total_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "draft"), ("number", None)),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True), models.Q(("number", None), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="invoices_number_at_posting",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_date__gte", models.F("issue_date"))), name="invoices_due_after_issue"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "invoice", "position"), name="invoices_one_position"
            ),
        ),
        *wall(
            "invoices_invoice",
            customer="customer_id",
            references={"customer_id": "parties_customer", "credits_id": "invoices_invoice"},
        ),
        *wall(
            "invoices_line",
            customer=("invoice_id", "invoices_invoice"),
            references={"invoice_id": "invoices_invoice", "product_id": "catalog_product"},
        ),
        migrations.RunSQL(IMMUTABLE.read_text(), migrations.RunSQL.noop),
    ]
