from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import apps.core.fields
import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

BANKING = Path(__file__).resolve().parent.parent / "sql" / "banking.sql"
# The columns of a table are opened for changes one by one: new ones need it said.
NEW_COLUMNS = (
    "phone, street, postal_code, city, region, net_days, discount_days, discount_percent, status, tier, "
    "credit_limit_minor, credit_currency, delivery_address"
)


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("proposed", "Waits for confirmation"),
                            ("confirmed", "In use"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced"),
                        ],
                        default="proposed",
                    ),
                ),
                ("scheme", models.TextField(choices=[("iban", "IBAN"), ("local", "Account number")])),
                ("holder", apps.core.fields.EncryptedTextField()),
                ("number", apps.core.fields.EncryptedTextField()),
                ("last_four", models.TextField()),
                ("bank_code", models.TextField(blank=True, default="")),
                ("bank_name", models.TextField(blank=True, default="")),
                ("country_code", models.CharField(max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("reason", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_by_label", models.TextField()),
                ("proposed_principal", models.UUIDField(blank=True, null=True)),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(blank=True, null=True)),
                ("decided_by_label", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_reason", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("role", models.TextField(blank=True, default="")),
                ("email", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("phone", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("is_primary", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Interaction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                (
                    "channel",
                    models.TextField(
                        choices=[
                            ("email", "E-mail"),
                            ("phone", "Phone"),
                            ("chat", "Chat"),
                            ("portal", "Portal"),
                            ("visit", "Visit"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("question", "Question"),
                            ("complaint", "Complaint"),
                            ("order", "Order"),
                            ("invoice", "Invoice"),
                            ("payment", "Payment"),
                            ("return", "Return"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("subject", models.TextField()),
                ("handled_by", models.TextField(choices=[("human", "Person"), ("ai", "AI")])),
                ("who", models.TextField()),
                ("minutes", models.IntegerField(default=0)),
                ("occurred_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Manufacturer",
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
                ("country_code", models.CharField(max_length=2)),
                (
                    "status",
                    models.TextField(choices=[("active", "Active"), ("closed", "Closed")], default="active"),
                ),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Supplier",
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
                ("country_code", models.CharField(max_length=2)),
                ("tax_id", models.TextField(blank=True, default="")),
                ("email", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("phone", apps.core.fields.EncryptedTextField(blank=True, db_default="", default="")),
                ("street", apps.core.fields.EncryptedTextField(blank=True, db_default="", default="")),
                ("postal_code", apps.core.fields.EncryptedTextField(blank=True, db_default="", default="")),
                ("city", apps.core.fields.EncryptedTextField(blank=True, db_default="", default="")),
                ("region", apps.core.fields.EncryptedTextField(blank=True, db_default="", default="")),
                ("net_days", models.IntegerField(blank=True, null=True)),
                ("discount_days", models.IntegerField(blank=True, null=True)),
                (
                    "discount_percent",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
                ),
                (
                    "status",
                    models.TextField(
                        choices=[("active", "Active"), ("on_hold", "On hold"), ("closed", "Closed")],
                        db_default="active",
                        default="active",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.AddField(
            model_name="customer",
            name="city",
            field=apps.core.fields.EncryptedTextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="customer",
            name="credit_currency",
            field=models.CharField(blank=True, db_default="", default="", max_length=3),
        ),
        migrations.AddField(
            model_name="customer",
            name="credit_limit_minor",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="delivery_address",
            field=apps.core.fields.EncryptedTextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="customer",
            name="discount_days",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="discount_percent",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="net_days",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="phone",
            field=apps.core.fields.EncryptedTextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="customer",
            name="postal_code",
            field=apps.core.fields.EncryptedTextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="customer",
            name="region",
            field=apps.core.fields.EncryptedTextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="customer",
            name="status",
            field=models.TextField(
                choices=[("active", "Active"), ("on_hold", "On hold"), ("closed", "Closed")],
                db_default="active",
                default="active",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="street",
            field=apps.core.fields.EncryptedTextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="customer",
            name="tier",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "on_hold", "closed"])),
                name="parties_customer_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("net_days", None), ("net_days__gte", 0), _connector="OR"),
                name="parties_customer_net_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("discount_days", None), ("discount_percent", None)),
                    models.Q(
                        ("discount_days__gte", 0),
                        ("discount_days__isnull", False),
                        ("discount_days__lte", models.F("net_days")),
                        ("discount_percent__gt", 0),
                        ("discount_percent__isnull", False),
                        ("discount_percent__lt", 100),
                        ("net_days__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="parties_customer_discount_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credit_currency", ""), ("credit_limit_minor", None)),
                    models.Q(
                        ("credit_limit_minor__gte", 0),
                        ("credit_limit_minor__isnull", False),
                        models.Q(("credit_currency", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="parties_credit_limit_whole",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="customer",
            field=apps.core.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="contacts",
                to="parties.customer",
            ),
        ),
        migrations.AddField(
            model_name="interaction",
            name="customer",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="interactions",
                to="parties.customer",
            ),
        ),
        migrations.AddIndex(
            model_name="manufacturer",
            index=models.Index(fields=["tenant_id", "name", "id"], name="parties_manufacturer_by_name"),
        ),
        migrations.AddConstraint(
            model_name="manufacturer",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "code"), name="parties_one_manufacturer_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="manufacturer",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "closed"])),
                name="parties_manufacturer_known_status",
            ),
        ),
        migrations.AddIndex(
            model_name="supplier",
            index=models.Index(fields=["tenant_id", "name", "id"], name="parties_supplier_by_name"),
        ),
        migrations.AddIndex(
            model_name="supplier",
            index=models.Index(fields=["tenant_id", "tax_id"], name="parties_supplier_by_tax_id"),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "code"), name="parties_one_supplier_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "on_hold", "closed"])),
                name="parties_supplier_known_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(("net_days", None), ("net_days__gte", 0), _connector="OR"),
                name="parties_supplier_net_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("discount_days", None), ("discount_percent", None)),
                    models.Q(
                        ("discount_days__gte", 0),
                        ("discount_days__isnull", False),
                        ("discount_days__lte", models.F("net_days")),
                        ("discount_percent__gt", 0),
                        ("discount_percent__isnull", False),
                        ("discount_percent__lt", 100),
                        ("net_days__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="parties_supplier_discount_whole",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="supplier",
            field=apps.core.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="contacts",
                to="parties.supplier",
            ),
        ),
        migrations.AddField(
            model_name="bankaccount",
            name="supplier",
            field=apps.core.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="bank_accounts",
                to="parties.supplier",
            ),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["tenant_id", "occurred_at", "id"], name="parties_interaction_newest"),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(
                fields=["tenant_id", "customer", "occurred_at"], name="parties_interaction_of"
            ),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "phone", "chat", "portal", "visit", "other"])),
                name="parties_known_channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["question", "complaint", "order", "invoice", "payment", "return", "other"])
                ),
                name="parties_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("handled_by__in", ["human", "ai"])), name="parties_known_handler"
            ),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 0), ("minutes__lte", 1440)),
                name="parties_minutes_of_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["tenant_id", "customer", "name"], name="parties_contact_of_customer"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["tenant_id", "supplier", "name"], name="parties_contact_of_supplier"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("customer", None), ("supplier__isnull", False)),
                    models.Q(("customer__isnull", False), ("supplier", None)),
                    _connector="OR",
                ),
                name="parties_contact_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("customer__isnull", False), ("is_primary", True)),
                fields=("tenant_id", "customer"),
                name="parties_customer_one_primary",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_primary", True), ("supplier__isnull", False)),
                fields=("tenant_id", "supplier"),
                name="parties_supplier_one_primary",
            ),
        ),
        migrations.AddIndex(
            model_name="bankaccount",
            index=models.Index(fields=["tenant_id", "state", "proposed_at"], name="parties_account_waiting"),
        ),
        migrations.AddIndex(
            model_name="bankaccount",
            index=models.Index(
                fields=["tenant_id", "supplier", "proposed_at"], name="parties_account_history"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "confirmed", "rejected", "withdrawn", "replaced"])
                ),
                name="parties_account_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__in", ["iban", "local"])), name="parties_account_known_scheme"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "proposed")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by", models.F("proposed_by")),
                        ("decided_by__isnull", False),
                        ("state", "withdrawn"),
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("state__in", ["confirmed", "rejected", "replaced"]),
                        ("decided_at__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="parties_account_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "confirmed")),
                fields=("tenant_id", "supplier"),
                name="parties_account_one_used",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("tenant_id", "supplier"),
                name="parties_account_one_open",
            ),
        ),
        migrations.RunSQL(
            f"grant update ({NEW_COLUMNS}) on parties_customer to bulkhead_app", migrations.RunSQL.noop
        ),
        *wall("parties_supplier", deletable=False),
        *wall("parties_manufacturer", deletable=False),
        *wall(
            "parties_contact",
            customer="customer_id",
            references={"customer_id": "parties_customer", "supplier_id": "parties_supplier"},
        ),
        *wall("parties_bankaccount", references={"supplier_id": "parties_supplier"}, deletable=False),
        *wall(
            "parties_interaction",
            customer="customer_id",
            references={"customer_id": "parties_customer"},
            deletable=False,
        ),
        migrations.RunSQL(BANKING.read_text(), migrations.RunSQL.noop),
    ]
