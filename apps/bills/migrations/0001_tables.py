from decimal import Decimal
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import apps.core.fields
import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

KEEP = Path(__file__).resolve().parent.parent / "sql" / "keep.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0002_goods"),
        ("orders", "0001_tables"),
        ("parties", "0002_suppliers_banking_contacts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bill",
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
                        choices=[("invoice", "Supplier invoice"), ("credit_note", "Supplier credit note")],
                        default="invoice",
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[("draft", "Draft"), ("posted", "Posted"), ("void", "Void")], default="draft"
                    ),
                ),
                ("series", models.TextField(default="BILL")),
                ("number", models.TextField(blank=True, null=True)),
                ("sequence", models.BigIntegerField(blank=True, null=True)),
                ("supplier_number", models.TextField()),
                ("number_key", models.TextField()),
                ("number_loose", models.TextField()),
                ("issue_date", models.DateField()),
                ("due_date", models.DateField()),
                ("booked_on", models.DateField(blank=True, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("net_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField(default=0)),
                ("rounding_minor", models.BigIntegerField(default=0)),
                ("prepaid_minor", models.BigIntegerField(default=0)),
                ("computed_net_minor", models.BigIntegerField(default=0)),
                ("computed_tax_minor", models.BigIntegerField(default=0)),
                ("computed_total_minor", models.BigIntegerField(default=0)),
                ("is_stated", models.BooleanField(default=False)),
                ("has_total_exception", models.BooleanField(default=False)),
                ("rate", models.DecimalField(blank=True, decimal_places=12, max_digits=24, null=True)),
                ("rate_day", models.DateField(blank=True, null=True)),
                ("rate_source", models.TextField(blank=True, default="")),
                ("book_currency", models.CharField(max_length=3)),
                ("book_total_minor", models.BigIntegerField(blank=True, null=True)),
                ("order_reference", models.TextField(blank=True, default="")),
                ("category", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
                (
                    "match_state",
                    models.TextField(
                        choices=[("none", "No order"), ("matched", "Matched"), ("exception", "Exception")],
                        default="none",
                    ),
                ),
                ("has_duplicates", models.BooleanField(default=False)),
                ("override_reason", models.TextField(blank=True, default="")),
                ("content_hash", models.TextField(blank=True, default="")),
                ("stated_account", apps.core.fields.EncryptedTextField(blank=True, default="")),
                (
                    "payee_flag",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("differs", "Another bank account"),
                            ("unknown", "No approved bank account"),
                        ],
                        default="",
                    ),
                ),
                (
                    "source",
                    models.TextField(
                        choices=[
                            ("page", "Page"),
                            ("api", "API"),
                            ("csv", "CSV"),
                            ("ubl", "UBL"),
                            ("cii", "CII"),
                            ("pdf", "Factur-X"),
                            ("demo", "Demo"),
                        ],
                        default="page",
                    ),
                ),
                ("created_by", models.UUIDField()),
                ("changed_by", models.UUIDField()),
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
                        to="bills.bill",
                    ),
                ),
                (
                    "supplier",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="parties.supplier",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BillAdjustment",
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
                ("tax_category", models.TextField(default="S")),
                ("tax_rate", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "bill",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="adjustments",
                        to="bills.bill",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BillLine",
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
                ("supplier_sku", models.TextField(blank=True, default="")),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=18)),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=18)),
                ("base_quantity", models.DecimalField(decimal_places=6, default=Decimal("1"), max_digits=18)),
                ("adjustment_minor", models.BigIntegerField(default=0)),
                ("net_minor", models.BigIntegerField()),
                ("computed_minor", models.BigIntegerField()),
                ("tax_category", models.TextField(default="S")),
                ("tax_rate", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("account", models.TextField(blank=True, default="")),
                (
                    "bill",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="bills.bill",
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
                (
                    "purchase_line",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orders.purchaseline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BillSettings",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                (
                    "match_basis",
                    models.TextField(
                        choices=[
                            ("accepted", "Received and kept"),
                            ("received", "Received"),
                            ("ordered", "Ordered"),
                        ],
                        default="accepted",
                    ),
                ),
                ("price_percent", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("price_minor", models.BigIntegerField(default=0)),
                ("quantity_percent", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("quantity_units", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("total_minor", models.BigIntegerField(default=2)),
                ("duplicate_days", models.IntegerField(default=7)),
                ("version", models.IntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "bill settings",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id",), name="bills_one_settings"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "match_basis__in",
                                {
                                    "accepted": "Received and kept",
                                    "ordered": "Ordered",
                                    "received": "Received",
                                },
                            )
                        ),
                        name="bills_known_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duplicate_days__gte", 0),
                            ("duplicate_days__lte", 366),
                            ("price_minor__gte", 0),
                            ("price_percent__gte", 0),
                            ("price_percent__lte", 100),
                            ("quantity_percent__gte", 0),
                            ("quantity_percent__lte", 100),
                            ("quantity_units__gte", 0),
                            ("total_minor__gte", 0),
                        ),
                        name="bills_settings_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillTax",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("category", models.TextField()),
                ("rate", models.DecimalField(decimal_places=4, max_digits=7)),
                ("base_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                (
                    "bill",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="taxes",
                        to="bills.bill",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "bill taxes",
            },
        ),
        migrations.CreateModel(
            name="LineMatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("matched", "Matched"),
                            ("price", "Price differs"),
                            ("quantity", "Quantity differs"),
                            ("both", "Price and quantity differ"),
                            ("unordered", "Not ordered"),
                        ]
                    ),
                ),
                ("ordered", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("basis", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("limit", models.DecimalField(decimal_places=6, default=0, max_digits=20)),
                ("billed_before", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=18)),
                ("matched", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("quantity_variance", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("price_ordered", models.DecimalField(decimal_places=6, default=0, max_digits=18)),
                ("price_billed", models.DecimalField(decimal_places=6, max_digits=18)),
                ("price_variance_minor", models.BigIntegerField(default=0)),
                ("price_tolerance_minor", models.BigIntegerField(default=0)),
                ("is_price_ok", models.BooleanField()),
                ("is_quantity_ok", models.BooleanField()),
                ("matched_at", models.DateTimeField()),
                (
                    "line",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="matches",
                        to="bills.billline",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "line matches",
            },
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["tenant_id", "-issue_date", "-id"], name="bills_newest"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["tenant_id", "state", "-issue_date", "-id"], name="bills_by_state"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(
                fields=["tenant_id", "supplier", "-issue_date", "-id"], name="bills_by_supplier"
            ),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["tenant_id", "due_date", "id"], name="bills_by_due"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["tenant_id", "-total_minor", "-id"], name="bills_by_total"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["tenant_id", "supplier", "number_key"], name="bills_by_key"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["tenant_id", "supplier", "number_loose"], name="bills_by_loose_key"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(fields=["tenant_id", "supplier", "total_minor"], name="bills_by_amount"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(
                condition=models.Q(("content_hash", ""), _negated=True),
                fields=["tenant_id", "content_hash"],
                name="bills_by_file",
            ),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(
                condition=models.Q(("credits", None), _negated=True),
                fields=["tenant_id", "credits"],
                name="bills_by_credited",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", None), _negated=True),
                fields=("tenant_id", "number"),
                name="bills_one_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", {"credit_note": "Supplier credit note", "invoice": "Supplier invoice"})
                ),
                name="bills_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", {"draft": "Draft", "posted": "Posted", "void": "Void"})),
                name="bills_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("match_state__in", {"exception": "Exception", "matched": "Matched", "none": "No order"})
                ),
                name="bills_known_match",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "payee_flag__in",
                        {"": "", "differs": "Another bank account", "unknown": "No approved bank account"},
                    )
                ),
                name="bills_known_payee_flag",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "draft"), ("number", None)),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True), models.Q(("number", None), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="bills_number_at_posting",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_minor"), "+", models.F("tax_minor")
                        ),
                    ),
                    ("total_minor__gte", 0),
                ),
                name="bills_total_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_date__gte", models.F("issue_date"))), name="bills_due_after_issue"
            ),
        ),
        migrations.AddConstraint(
            model_name="billadjustment",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "bill", "position"), name="bills_one_adjustment"
            ),
        ),
        migrations.AddIndex(
            model_name="billline",
            index=models.Index(
                condition=models.Q(("purchase_line", None), _negated=True),
                fields=["tenant_id", "purchase_line"],
                name="bills_by_purchase_line",
            ),
        ),
        migrations.AddConstraint(
            model_name="billline",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "bill", "position"), name="bills_one_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="billline",
            constraint=models.CheckConstraint(
                condition=models.Q(("base_quantity__gt", 0)), name="bills_base_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="billtax",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "bill", "category", "rate"), name="bills_one_tax_of_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="linematch",
            constraint=models.UniqueConstraint(fields=("tenant_id", "line"), name="bills_one_match"),
        ),
        migrations.AddConstraint(
            model_name="linematch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        {
                            "both": "Price and quantity differ",
                            "matched": "Matched",
                            "price": "Price differs",
                            "quantity": "Quantity differs",
                            "unordered": "Not ordered",
                        },
                    )
                ),
                name="bills_known_outcome",
            ),
        ),
        *wall("bills_bill", references={"supplier_id": "parties_supplier", "credits_id": "bills_bill"}),
        *wall(
            "bills_billline",
            references={
                "bill_id": "bills_bill",
                "product_id": "catalog_product",
                "purchase_line_id": "orders_purchaseline",
            },
        ),
        *wall("bills_billadjustment", references={"bill_id": "bills_bill"}),
        *wall("bills_billtax", references={"bill_id": "bills_bill"}),
        *wall("bills_linematch", references={"line_id": "bills_billline"}),
        *wall("bills_billsettings", deletable=False),
        migrations.RunSQL(KEEP.read_text(), migrations.RunSQL.noop),
    ]
