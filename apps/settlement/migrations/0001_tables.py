from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

BALANCES = Path(__file__).resolve().parent.parent / "sql" / "balances.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_tables"),
        ("parties", "0002_suppliers_banking_contacts"),
    ]

    operations = [
        migrations.CreateModel(
            name="DunningLevel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("level", models.SmallIntegerField()),
                ("days", models.IntegerField()),
                ("title", models.TextField()),
                ("text", models.TextField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "level"), name="settlement_one_level"),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("level__gte", 1)),
                        name="settlement_level_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DunningRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("run_date", models.DateField()),
                ("letters", models.IntegerField(default=0)),
                ("created_by", models.UUIDField()),
                ("created_by_label", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "-run_date", "-id"], name="settlement_run_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="DunningLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("level", models.SmallIntegerField()),
                ("letter_date", models.DateField()),
                ("title", models.TextField()),
                ("text", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("prepared", "Prepared"), ("sent", "Sent")], default="prepared"
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.IntegerField(default=1)),
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
                (
                    "run",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="settlement.dunningrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DunningStop",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
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
            name="OpenItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("side", models.TextField(choices=[("receivable", "Receivable"), ("payable", "Payable")])),
                ("direction", models.TextField(choices=[("charge", "Charge"), ("credit", "Credit")])),
                (
                    "control",
                    models.TextField(
                        choices=[
                            ("receivable", "Receivable"),
                            ("payable", "Payable"),
                            ("unapplied_receipts", "Unapplied receipts"),
                            ("unapplied_payments", "Unapplied payments"),
                        ]
                    ),
                ),
                ("source_kind", models.TextField()),
                ("source_id", models.UUIDField()),
                ("number", models.TextField()),
                ("position", models.IntegerField(default=1)),
                ("issue_date", models.DateField()),
                ("due_date", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("book_minor", models.BigIntegerField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                ("open_minor", models.BigIntegerField()),
                ("open_book_minor", models.BigIntegerField()),
                ("discount_until", models.DateField(blank=True, null=True)),
                ("discount_minor", models.BigIntegerField(default=0)),
                (
                    "hold",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("disputed", "Disputed"),
                            ("blocked", "Blocked"),
                            ("stopped", "No reminders"),
                        ],
                        default="",
                    ),
                ),
                ("hold_reason", models.TextField(blank=True, default="")),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
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
            name="DunningLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("level", models.SmallIntegerField()),
                ("letter_date", models.DateField()),
                ("days_overdue", models.IntegerField()),
                ("amount_minor", models.BigIntegerField()),
                (
                    "letter",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="settlement.dunningletter",
                    ),
                ),
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
            ],
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("amount_minor", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField(default=0)),
                ("charge_book_minor", models.BigIntegerField()),
                ("credit_book_minor", models.BigIntegerField()),
                ("discount_book_minor", models.BigIntegerField(default=0)),
                ("allocated_on", models.DateField()),
                ("created_by", models.UUIDField()),
                ("created_by_label", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("undone_on", models.DateField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.UUIDField(blank=True, null=True)),
                ("undone_by_label", models.TextField(blank=True, default="")),
                ("undone_reason", models.TextField(blank=True, default="")),
                (
                    "charge",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="settlement.openitem",
                    ),
                ),
                (
                    "credit",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="settlement.openitem",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="dunningletter",
            index=models.Index(fields=["tenant_id", "run", "id"], name="settlement_by_run"),
        ),
        migrations.AddIndex(
            model_name="dunningletter",
            index=models.Index(
                fields=["tenant_id", "customer", "-letter_date"], name="settlement_letters_of"
            ),
        ),
        migrations.AddConstraint(
            model_name="dunningletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", {"prepared": "Prepared", "sent": "Sent"})),
                name="settlement_known_letter_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="dunningstop",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("tenant_id", "customer"),
                name="settlement_one_stop",
            ),
        ),
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(
                condition=models.Q(("open_minor__gt", 0)),
                fields=["tenant_id", "side", "due_date", "id"],
                name="settlement_open",
            ),
        ),
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(
                fields=["tenant_id", "customer", "issue_date", "id"], name="settlement_by_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(
                fields=["tenant_id", "supplier", "issue_date", "id"], name="settlement_by_supplier"
            ),
        ),
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(
                condition=models.Q(("closed_on", None), _negated=True),
                fields=["tenant_id", "closed_on"],
                name="settlement_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "source_kind", "source_id", "position"), name="settlement_one_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", {"payable": "Payable", "receivable": "Receivable"})),
                name="settlement_known_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", {"charge": "Charge", "credit": "Credit"})),
                name="settlement_known_direction",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "control__in",
                        {
                            "payable": "Payable",
                            "receivable": "Receivable",
                            "unapplied_payments": "Unapplied payments",
                            "unapplied_receipts": "Unapplied receipts",
                        },
                    )
                ),
                name="settlement_known_control",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "hold__in",
                        {"": "None", "blocked": "Blocked", "disputed": "Disputed", "stopped": "No reminders"},
                    )
                ),
                name="settlement_known_hold",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("customer__isnull", False), ("side", "receivable"), ("supplier", None)),
                    models.Q(("customer", None), ("side", "payable"), ("supplier__isnull", False)),
                    _connector="OR",
                ),
                name="settlement_one_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_minor__gte", 0), ("open_minor__lte", models.F("amount_minor"))),
                name="settlement_open_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("open_book_minor__gte", 0), ("open_book_minor__lte", models.F("book_minor"))
                ),
                name="settlement_book_open_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_minor__gt", 0), ("open_book_minor", 0), _connector="OR"),
                name="settlement_zero_in_both",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_minor__gte", 0), ("discount_minor__lte", models.F("amount_minor"))
                ),
                name="settlement_discount_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="openitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on", None), ("closed_on__gte", models.F("issue_date")), _connector="OR"
                ),
                name="settlement_closed_after",
            ),
        ),
        migrations.AddIndex(
            model_name="dunningline",
            index=models.Index(fields=["tenant_id", "letter", "id"], name="settlement_by_letter"),
        ),
        migrations.AddConstraint(
            model_name="dunningline",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "item", "level"), name="settlement_dunned_once"
            ),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(fields=["tenant_id", "charge"], name="settlement_by_charge"),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(fields=["tenant_id", "credit"], name="settlement_by_credit"),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(fields=["tenant_id", "allocated_on", "id"], name="settlement_by_day"),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(
                condition=models.Q(("undone_on", None), _negated=True),
                fields=["tenant_id", "undone_on"],
                name="settlement_undone",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0), ("discount_minor__gte", 0)),
                name="settlement_allocates_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("charge_book_minor__gte", 0),
                    ("credit_book_minor__gte", 0),
                    ("discount_book_minor__gte", 0),
                ),
                name="settlement_book_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_on", None), ("undone_on__gte", models.F("allocated_on")), _connector="OR"
                ),
                name="settlement_undone_after",
            ),
        ),
        *wall(
            "settlement_openitem",
            customer="customer_id",
            references={"customer_id": "parties_customer", "supplier_id": "parties_supplier"},
            deletable=False,
        ),
        *wall(
            "settlement_allocation",
            customer=("charge_id", "settlement_openitem"),
            references={"charge_id": "settlement_openitem", "credit_id": "settlement_openitem"},
            deletable=False,
        ),
        *wall("settlement_dunninglevel"),
        *wall("settlement_dunningstop", references={"customer_id": "parties_customer"}, deletable=False),
        *wall("settlement_dunningrun", deletable=False),
        *wall(
            "settlement_dunningletter",
            references={"run_id": "settlement_dunningrun", "customer_id": "parties_customer"},
            deletable=False,
        ),
        *wall(
            "settlement_dunningline",
            references={"letter_id": "settlement_dunningletter", "item_id": "settlement_openitem"},
            deletable=False,
        ),
        migrations.RunSQL(BALANCES.read_text(), migrations.RunSQL.noop),
    ]
