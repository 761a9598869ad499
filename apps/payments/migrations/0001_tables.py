from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import apps.core.fields
import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

IMMUTABLE = Path(__file__).resolve().parent.parent / "sql" / "immutable.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("settlement", "0001_tables"),
        ("parties", "0002_suppliers_banking_contacts"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("ledger_account", models.TextField(default="bank")),
                ("currency", models.CharField(max_length=3)),
                ("holder", models.TextField()),
                ("iban", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("iban_tail", models.TextField(blank=True, default="")),
                ("bic", models.TextField(blank=True, default="")),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "name"), name="payments_one_account_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="BankStatement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("format", models.TextField(choices=[("csv", "CSV"), ("camt053", "CAMT.053")])),
                ("file_sha256", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("opening_minor", models.BigIntegerField(blank=True, null=True)),
                ("closing_minor", models.BigIntegerField(blank=True, null=True)),
                ("new_lines", models.IntegerField(default=0)),
                ("known_lines", models.IntegerField(default=0)),
                ("imported_by", models.UUIDField()),
                ("imported_by_label", models.TextField(blank=True, default="")),
                ("imported_at", models.DateTimeField()),
                (
                    "own_account",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="payments.ownaccount",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("number", models.TextField()),
                ("direction", models.TextField(choices=[("receive", "Received"), ("pay", "Paid")])),
                (
                    "state",
                    models.TextField(choices=[("posted", "Posted"), ("void", "Void")], default="posted"),
                ),
                (
                    "method",
                    models.TextField(
                        choices=[
                            ("bank_transfer", "Bank transfer"),
                            ("direct_debit", "Direct debit"),
                            ("card", "Card"),
                            ("cash", "Cash"),
                            ("cheque", "Cheque"),
                            ("other", "Other"),
                        ],
                        default="bank_transfer",
                    ),
                ),
                ("payment_date", models.DateField()),
                ("account", models.TextField(default="bank")),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("rate", models.DecimalField(decimal_places=12, max_digits=24)),
                ("rate_source", models.TextField(blank=True, default="")),
                ("book_minor", models.BigIntegerField()),
                ("reference", models.TextField(blank=True, default="")),
                ("note", models.TextField(blank=True, default="")),
                ("source", models.TextField(default="page")),
                ("external_number", models.TextField(blank=True, default="")),
                (
                    "item",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="settlement.openitem",
                    ),
                ),
                ("created_by", models.UUIDField()),
                ("created_by_label", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("voided_on", models.DateField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
                (
                    "customer",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="parties.customer",
                    ),
                ),
                (
                    "supplier",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="parties.supplier",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("position", models.IntegerField()),
                ("booking_date", models.DateField()),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("counterparty", models.TextField(blank=True, default="")),
                ("counterparty_iban", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("reference", models.TextField(blank=True, default="")),
                ("entry_reference", models.TextField(blank=True, default="")),
                ("digest", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "Not matched"), ("matched", "Matched"), ("ignored", "Left out")],
                        default="open",
                    ),
                ),
                ("is_payment_made", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
                (
                    "statement",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="payments.bankstatement",
                    ),
                ),
                (
                    "own_account",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="payments.ownaccount",
                    ),
                ),
                (
                    "payment",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="payments.payment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("number", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("draft", "Draft"), ("released", "Released"), ("cancelled", "Cancelled")],
                        default="draft",
                    ),
                ),
                ("pay_date", models.DateField()),
                ("due_through", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("note", models.TextField(blank=True, default="")),
                ("created_by", models.UUIDField()),
                ("created_by_label", models.TextField(blank=True, default="")),
                ("changed_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("released_by", models.UUIDField(blank=True, null=True)),
                ("released_by_label", models.TextField(blank=True, default="")),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "own_account",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="payments.ownaccount",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentRunRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("item_id", models.UUIDField()),
                ("supplier_id", models.UUIDField()),
                ("supplier_name", models.TextField()),
                ("number", models.TextField()),
                ("due_date", models.DateField()),
                ("open_minor", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField(default=0)),
                ("bank_account_id", models.UUIDField(blank=True, null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("proposed", "To pay"),
                            ("excluded", "Left out"),
                            ("paid", "Paid"),
                            ("failed", "Failed"),
                        ],
                        default="proposed",
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "payment",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="payments.payment",
                    ),
                ),
                (
                    "run",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="rows",
                        to="payments.paymentrun",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="bankstatement",
            index=models.Index(fields=["tenant_id", "-imported_at", "-id"], name="payments_statement_newest"),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "own_account", "file_sha256"), name="payments_one_file"
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["tenant_id", "-payment_date", "-id"], name="payments_newest"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["tenant_id", "-amount_minor", "-id"], name="payments_by_amount"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                fields=["tenant_id", "customer", "-payment_date", "-id"], name="payments_by_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                fields=["tenant_id", "supplier", "-payment_date", "-id"], name="payments_by_supplier"
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["tenant_id", "item"], name="payments_by_item"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("tenant_id", "number"), name="payments_one_number"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_number", ""), _negated=True),
                fields=("tenant_id", "source", "external_number"),
                name="payments_one_external",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", {"pay": "Paid", "receive": "Received"})),
                name="payments_known_direction",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", {"posted": "Posted", "void": "Void"})),
                name="payments_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "method__in",
                        {
                            "bank_transfer": "Bank transfer",
                            "card": "Card",
                            "cash": "Cash",
                            "cheque": "Cheque",
                            "direct_debit": "Direct debit",
                            "other": "Other",
                        },
                    )
                ),
                name="payments_known_method",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0), ("book_minor__gte", 0)), name="payments_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("customer", None), ("supplier__isnull", False)),
                    models.Q(("customer__isnull", False), ("supplier", None)),
                    _connector="OR",
                ),
                name="payments_one_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "posted"), ("voided_on", None)),
                    models.Q(("state", "void"), ("voided_on__isnull", False)),
                    _connector="OR",
                ),
                name="payments_void_has_day",
            ),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(
                fields=["tenant_id", "state", "-booking_date", "-id"], name="payments_lines_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(fields=["tenant_id", "statement", "position"], name="payments_lines_of"),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "own_account", "digest"), name="payments_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("payment", None), _negated=True),
                fields=("tenant_id", "payment"),
                name="payments_matched_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", {"ignored": "Left out", "matched": "Matched", "open": "Not matched"})
                ),
                name="payments_known_line_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="payments_line_moves"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment__isnull", False), ("state", "matched")),
                    models.Q(models.Q(("state", "matched"), _negated=True), ("payment", None)),
                    _connector="OR",
                ),
                name="payments_matched_has_payment",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentrun",
            index=models.Index(fields=["tenant_id", "-created_at", "-id"], name="payments_run_newest"),
        ),
        migrations.AddConstraint(
            model_name="paymentrun",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "number"), name="payments_one_run_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", {"cancelled": "Cancelled", "draft": "Draft", "released": "Released"})
                ),
                name="payments_known_run_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_by", models.F("created_by")), _negated=True),
                name="payments_released_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentrunrow",
            index=models.Index(fields=["tenant_id", "item_id"], name="payments_rows_of_item"),
        ),
        migrations.AddConstraint(
            model_name="paymentrunrow",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "run", "item_id"), name="payments_one_row_an_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrunrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        {"excluded": "Left out", "failed": "Failed", "paid": "Paid", "proposed": "To pay"},
                    )
                ),
                name="payments_known_row_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrunrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_minor__gte", 0), ("open_minor__gt", models.F("discount_minor"))
                ),
                name="payments_row_pays_something",
            ),
        ),
        *wall("payments_ownaccount", deletable=False),
        *wall(
            "payments_payment",
            customer="customer_id",
            references={
                "customer_id": "parties_customer",
                "supplier_id": "parties_supplier",
                "item_id": "settlement_openitem",
            },
            deletable=False,
        ),
        *wall("payments_paymentrun", references={"own_account_id": "payments_ownaccount"}, deletable=False),
        *wall(
            "payments_paymentrunrow",
            references={
                "run_id": "payments_paymentrun",
                "supplier_id": "parties_supplier",
                "bank_account_id": "parties_bankaccount",
                "item_id": "settlement_openitem",
                "payment_id": "payments_payment",
            },
            deletable=False,
        ),
        *wall(
            "payments_bankstatement", references={"own_account_id": "payments_ownaccount"}, deletable=False
        ),
        *wall(
            "payments_bankline",
            references={
                "statement_id": "payments_bankstatement",
                "own_account_id": "payments_ownaccount",
                "payment_id": "payments_payment",
            },
            deletable=False,
        ),
        migrations.RunSQL(IMMUTABLE.read_text(), migrations.RunSQL.noop),
    ]
