from decimal import Decimal
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import audit_triggers, wall

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
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
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("asset", "Asset"),
                            ("liability", "Liability"),
                            ("equity", "Equity"),
                            ("income", "Income"),
                            ("expense", "Expense"),
                        ]
                    ),
                ),
                (
                    "control",
                    models.TextField(
                        blank=True,
                        choices=[("", "No"), ("receivable", "Customers"), ("payable", "Suppliers")],
                        default="",
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "code"), name="ledger_one_code"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                {
                                    "asset": "Asset",
                                    "equity": "Equity",
                                    "expense": "Expense",
                                    "income": "Income",
                                    "liability": "Liability",
                                },
                            )
                        ),
                        name="ledger_known_account_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("control__in", {"": "No", "payable": "Suppliers", "receivable": "Customers"})
                        ),
                        name="ledger_known_control",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BooksSettings",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("fiscal_start_month", models.IntegerField(default=1)),
                ("rate_max_days", models.IntegerField(default=35)),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "verbose_name_plural": "books settings",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id",), name="ledger_one_settings"),
                    models.CheckConstraint(
                        condition=models.Q(("fiscal_start_month__gte", 1), ("fiscal_start_month__lte", 12)),
                        name="ledger_known_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_max_days__gte", 0), ("rate_max_days__lte", 366)),
                        name="ledger_rate_age",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
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
                        choices=[
                            ("sales", "Sales"),
                            ("purchase", "Purchase"),
                            ("payment", "Payment"),
                            ("settlement", "Settlement"),
                            ("general", "General"),
                            ("stock", "Stock"),
                            ("reversal", "Reversal"),
                        ]
                    ),
                ),
                ("entry_date", models.DateField()),
                ("source_kind", models.TextField()),
                ("source_id", models.UUIDField()),
                ("source_number", models.TextField()),
                ("text", models.TextField(blank=True, default="")),
                ("book_currency", models.CharField(max_length=3)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("total_minor", models.BigIntegerField()),
                ("line_count", models.IntegerField()),
                ("digest", models.TextField()),
                ("posted_at", models.DateTimeField()),
                (
                    "reverses",
                    apps.core.models.TenantForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "entries",
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("rate", models.DecimalField(decimal_places=12, max_digits=24)),
                ("source", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "-day", "-id"], name="ledger_rate_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "currency", "day"), name="ledger_one_rate"),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", Decimal("0"))), name="ledger_rate_above_zero"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalCounter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("year", models.IntegerField()),
                ("last_number", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "year"), name="ledger_one_counter")
                ],
            },
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
                ("entry_date", models.DateField()),
                ("debit_minor", models.BigIntegerField(default=0)),
                ("credit_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("party_id", models.UUIDField(blank=True, null=True)),
                ("tax_code", models.TextField(blank=True, default="")),
                ("dimension", models.TextField(blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
                (
                    "account",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "entry",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="lines",
                        to="ledger.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LockDate",
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
                        choices=[
                            ("sales", "Sales"),
                            ("purchase", "Purchases"),
                            ("payment", "Payments"),
                            ("general", "General"),
                            ("hard", "Everything"),
                        ]
                    ),
                ),
                ("through", models.DateField()),
                ("reason", models.TextField(blank=True, default="")),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "kind"), name="ledger_one_lock"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                {
                                    "general": "General",
                                    "hard": "Everything",
                                    "payment": "Payments",
                                    "purchase": "Purchases",
                                    "sales": "Sales",
                                },
                            )
                        ),
                        name="ledger_known_lock",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LockException",
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
                        choices=[
                            ("all", "Everything"),
                            ("sales", "Sales"),
                            ("purchase", "Purchases"),
                            ("payment", "Payments"),
                            ("general", "General"),
                        ]
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("reason", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "person_id"], name="ledger_exception_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                {
                                    "all": "Everything",
                                    "general": "General",
                                    "payment": "Payments",
                                    "purchase": "Purchases",
                                    "sales": "Sales",
                                },
                            )
                        ),
                        name="ledger_known_exception",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="ledger_exception_days_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("year", models.IntegerField()),
                ("month", models.IntegerField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("entry_count", models.BigIntegerField()),
                ("turnover_minor", models.BigIntegerField()),
                ("closed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "year", "month"), name="ledger_one_period")
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("report", models.TextField()),
                ("content", models.BinaryField()),
                ("sha256", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "period",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="snapshots",
                        to="ledger.period",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccountRole",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("role", models.TextField()),
                ("version", models.IntegerField(default=1)),
                (
                    "account",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "role"), name="ledger_one_role")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["tenant_id", "-entry_date", "-id"], name="ledger_newest"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["tenant_id", "kind", "-entry_date", "-id"], name="ledger_by_kind"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["tenant_id", "source_number"], name="ledger_by_number"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["tenant_id", "source_id"], name="ledger_by_source"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["tenant_id", "-total_minor", "-id"], name="ledger_by_total"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses", None)),
                fields=("tenant_id", "source_kind", "source_id", "kind"),
                name="ledger_one_posting",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses", None), _negated=True),
                fields=("tenant_id", "reverses"),
                name="ledger_one_reversal",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        {
                            "general": "General",
                            "payment": "Payment",
                            "purchase": "Purchase",
                            "reversal": "Reversal",
                            "sales": "Sales",
                            "settlement": "Settlement",
                            "stock": "Stock",
                        },
                    )
                ),
                name="ledger_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("line_count__gte", 2)), name="ledger_two_lines"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "reversal"), models.Q(("reverses", None), _negated=True)),
                    models.Q(models.Q(("kind", "reversal"), _negated=True), ("reverses", None)),
                    _connector="OR",
                ),
                name="ledger_reversal_has_original",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                fields=["tenant_id", "account", "entry_date", "id"],
                include=("debit_minor", "credit_minor"),
                name="ledger_line_by_account",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("party_id", None), _negated=True),
                fields=["tenant_id", "party_id", "account", "entry_date"],
                include=("debit_minor", "credit_minor"),
                name="ledger_line_by_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "entry", "position"), name="ledger_one_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit_minor__gte", 0),
                    ("debit_minor__gte", 0),
                    models.Q(("debit_minor", 0), ("credit_minor", 0), _connector="OR"),
                ),
                name="ledger_one_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor__gte", 0), ("debit_minor", 0), _connector="OR"),
                    models.Q(("amount_minor__lte", 0), ("credit_minor", 0), _connector="OR"),
                ),
                name="ledger_same_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "period", "report"), name="ledger_one_snapshot"
            ),
        ),
        *wall("ledger_account", deletable=False),
        *wall("ledger_accountrole", references={"account_id": "ledger_account"}, deletable=False),
        *wall("ledger_entry", references={"reverses_id": "ledger_entry"}, writable=False),
        *wall(
            "ledger_line",
            references={"entry_id": "ledger_entry", "account_id": "ledger_account"},
            audited=False,
            writable=False,
        ),
        *wall("ledger_lockdate", deletable=False),
        *wall("ledger_lockexception", deletable=False),
        *wall("ledger_period", writable=False),
        *wall("ledger_snapshot", references={"period_id": "ledger_period"}, audited=False, writable=False),
        *wall("ledger_exchangerate", deletable=False),
        *wall("ledger_bookssettings", deletable=False),
        *wall("ledger_journalcounter", audited=False, deletable=False),
        # Facts are added and read; nobody has the right to change or delete them.
        migrations.RunSQL(
            "grant insert on ledger_entry, ledger_line, ledger_period, ledger_snapshot to bulkhead_app",
            migrations.RunSQL.noop,
        ),
        # The log holds a report's SHA-256, not its bytes.
        migrations.RunSQL(
            audit_triggers("ledger_snapshot").replace("audit.record()", "audit.record('id', '-content')"),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL((SQL / "immutable.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "locks.sql").read_text(), migrations.RunSQL.noop),
    ]
