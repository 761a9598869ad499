from decimal import Decimal
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_tables"),
        ("invoices", "0002_import_batches"),
        ("parties", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("position", models.IntegerField()),
                ("is_charge", models.BooleanField()),
                ("amount_minor", models.BigIntegerField()),
                ("base_minor", models.BigIntegerField(blank=True, null=True)),
                ("percent", models.DecimalField(blank=True, decimal_places=6, max_digits=13, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("reason_code", models.TextField(blank=True, default="")),
                ("tax_category", models.TextField(blank=True, default="")),
                ("tax_rate", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
            ],
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("position", models.IntegerField()),
                ("due_date", models.DateField()),
                ("share", models.DecimalField(decimal_places=6, max_digits=18)),
                ("amount_minor", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="RecurringInvoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "every",
                    models.TextField(
                        choices=[
                            ("week", "Every week"),
                            ("month", "Every month"),
                            ("quarter", "Every quarter"),
                            ("year", "Every year"),
                        ]
                    ),
                ),
                ("first_date", models.DateField()),
                ("next_date", models.DateField()),
                ("end_date", models.DateField(blank=True, null=True)),
                ("is_paused", models.BooleanField(default=False)),
                ("posts_itself", models.BooleanField(default=False)),
                ("terms", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
                ("content", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="RecurringRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("period_date", models.DateField()),
                ("invoice_id", models.UUIDField()),
                ("problem", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TaxSubtotal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("position", models.IntegerField()),
                ("category", models.TextField()),
                ("rate", models.DecimalField(decimal_places=4, max_digits=7)),
                ("base_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("exemption_reason", models.TextField(blank=True, default="")),
                ("exemption_code", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.AddField(
            model_name="invoice",
            name="allowance_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invoice",
            name="book_currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="invoice",
            name="book_net_minor",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="book_tax_minor",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="book_total_minor",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="charge_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invoice",
            name="delivery_date",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="discount_percent",
            field=models.DecimalField(db_default=Decimal("0"), decimal_places=4, default=0, max_digits=7),
        ),
        migrations.AddField(
            model_name="invoice",
            name="discount_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="order_reference",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="invoice",
            name="prepaid_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invoice",
            name="rate",
            field=models.DecimalField(blank=True, decimal_places=12, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="rate_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="rate_source",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="invoice",
            name="rounding_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invoice",
            name="tax_rounding",
            field=models.TextField(
                choices=[
                    ("category", "Once on the sum of each tax category and rate"),
                    ("line", "On each line, then added up"),
                ],
                db_default="category",
                default="category",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="terms",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="line",
            name="base_quantity",
            field=models.DecimalField(db_default=Decimal("1"), decimal_places=6, default=1, max_digits=18),
        ),
        migrations.AddField(
            model_name="line",
            name="credits_line",
            field=apps.core.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="invoices.line",
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="exemption_code",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="line",
            name="exemption_reason",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="line",
            name="gross_price",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="line",
            name="price_discount",
            field=models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="line",
            name="shared_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="line",
            name="tax_category",
            field=models.TextField(db_default="S", default="S"),
        ),
        migrations.AddField(
            model_name="line",
            name="unit",
            field=models.TextField(db_default="C62", default="C62"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["tenant_id", "due_date", "id"], name="invoices_by_due"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("credits_line", None), _negated=True),
                fields=["tenant_id", "credits_line"],
                name="invoices_line_credited",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "tax_rounding__in",
                        {
                            "category": "Once on the sum of each tax category and rate",
                            "line": "On each line, then added up",
                        },
                    )
                ),
                name="invoices_known_rounding",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("prepaid_minor__gte", 0),
                    (
                        "prepaid_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("total_minor"), "+", models.F("rounding_minor")
                        ),
                    ),
                ),
                name="invoices_due_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("book_total_minor", None),
                    models.Q(
                        ("book_tax_minor__gte", 0),
                        (
                            "book_total_minor",
                            django.db.models.expressions.CombinedExpression(
                                models.F("book_net_minor"), "+", models.F("book_tax_minor")
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="invoices_book_total_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax_category__in", ("S", "Z", "E", "AE", "G", "K", "O", "L", "M"))),
                name="invoices_line_known_category",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("base_quantity__gt", 0)), name="invoices_line_base_quantity"
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="invoice",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="adjustments",
                to="invoices.invoice",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="line",
            field=apps.core.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="adjustments",
                to="invoices.line",
            ),
        ),
        migrations.AddField(
            model_name="instalment",
            name="invoice",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="instalments",
                to="invoices.invoice",
            ),
        ),
        migrations.AddField(
            model_name="recurringinvoice",
            name="customer",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="parties.customer",
            ),
        ),
        migrations.AddField(
            model_name="recurringrun",
            name="recurring",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="runs",
                to="invoices.recurringinvoice",
            ),
        ),
        migrations.AddField(
            model_name="taxsubtotal",
            name="invoice",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="taxes",
                to="invoices.invoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "invoice", "position"), name="invoices_one_adjustment"
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "invoice", "position"), name="invoices_one_instalment"
            ),
        ),
        migrations.AddIndex(
            model_name="recurringinvoice",
            index=models.Index(fields=["tenant_id", "next_date", "id"], name="invoices_recurring_next"),
        ),
        migrations.AddConstraint(
            model_name="recurringinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "every__in",
                        {
                            "month": "Every month",
                            "quarter": "Every quarter",
                            "week": "Every week",
                            "year": "Every year",
                        },
                    )
                ),
                name="invoices_known_interval",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("next_date__gte", models.F("first_date"))),
                name="invoices_next_after_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="recurringrun",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "recurring", "period_date"), name="invoices_one_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxsubtotal",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "invoice", "category", "rate"), name="invoices_one_subtotal"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxsubtotal",
            constraint=models.CheckConstraint(
                condition=models.Q(("category__in", ("S", "Z", "E", "AE", "G", "K", "O", "L", "M"))),
                name="invoices_tax_known_category",
            ),
        ),
        *wall(
            "invoices_adjustment",
            customer=("invoice_id", "invoices_invoice"),
            references={"invoice_id": "invoices_invoice", "line_id": "invoices_line"},
        ),
        *wall(
            "invoices_taxsubtotal",
            customer=("invoice_id", "invoices_invoice"),
            references={"invoice_id": "invoices_invoice"},
            audited=False,
        ),
        *wall(
            "invoices_instalment",
            customer=("invoice_id", "invoices_invoice"),
            references={"invoice_id": "invoices_invoice"},
        ),
        *wall("invoices_recurringinvoice", references={"customer_id": "parties_customer"}, deletable=False),
        *wall(
            "invoices_recurringrun", references={"recurring_id": "invoices_recurringinvoice"}, deletable=False
        ),
        migrations.RunSQL(
            "alter table invoices_line add constraint invoices_line_credits_line_id_wall_fk "
            "foreign key (tenant_id, credits_line_id) references invoices_line (tenant_id, id)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL((SQL / "amounts_backfill.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "amounts.sql").read_text(), migrations.RunSQL.noop),
    ]
