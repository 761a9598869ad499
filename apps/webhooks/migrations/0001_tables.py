from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import apps.core.fields
import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall
from apps.webhooks.catalog import SOURCES, announce

OUTBOX = Path(__file__).resolve().parent.parent / "sql" / "outbox.sql"
FIRST = {"parties_customer", "catalog_product", "invoices_invoice"}


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_tables"),
        ("parties", "0001_tables"),
        ("catalog", "0001_tables"),
        ("invoices", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("url", models.TextField()),
                ("description", models.TextField(blank=True, default="")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[("active", "Active"), ("paused", "Paused"), ("removed", "Removed")],
                        default="active",
                    ),
                ),
                ("paused_reason", models.TextField(blank=True, default="")),
                ("secret", apps.core.fields.EncryptedTextField()),
                ("old_secret", apps.core.fields.EncryptedTextField(blank=True, default="")),
                ("old_secret_until", models.DateTimeField(blank=True, null=True)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "state"], name="webhooks_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", {"active": "Active", "paused": "Paused", "removed": "Removed"})
                        ),
                        name="webhooks_known_endpoint_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("type", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("data", models.JSONField()),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "-occurred_at", "-id"], name="webhooks_events_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                        choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("failed", "Given up")],
                        default="waiting",
                    ),
                ),
                ("attempts", models.SmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("last_status", models.SmallIntegerField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "endpoint",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="webhooks.endpoint",
                    ),
                ),
                (
                    "event",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="webhooks.event",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("at", models.DateTimeField()),
                ("status", models.SmallIntegerField(blank=True, null=True)),
                ("error", models.TextField(blank=True, default="")),
                ("answer", models.TextField(blank=True, default="")),
                ("milliseconds", models.IntegerField()),
                (
                    "delivery",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="webhooks.delivery",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "delivery", "at"], name="webhooks_attempts")],
            },
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["tenant_id", "endpoint", "-created_at", "-id"], name="webhooks_by_endpoint"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["tenant_id", "event"], name="webhooks_by_event"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["tenant_id", "endpoint", "next_at"],
                name="webhooks_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "endpoint", "event"), name="webhooks_told_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", {"delivered": "Delivered", "failed": "Given up", "waiting": "Waiting"})
                ),
                name="webhooks_known_delivery_state",
            ),
        ),
        *wall("webhooks_endpoint", deletable=False),
        *wall("webhooks_event", audited=False, deletable=False),
        *wall(
            "webhooks_delivery",
            references={"endpoint_id": "webhooks_endpoint", "event_id": "webhooks_event"},
            audited=False,
            deletable=False,
        ),
        *wall(
            "webhooks_attempt",
            references={"delivery_id": "webhooks_delivery"},
            audited=False,
            deletable=False,
        ),
        migrations.RunSQL(OUTBOX.read_text(), migrations.RunSQL.noop),
        # What happened is never changed afterwards.
        migrations.RunSQL(
            "revoke update on webhooks_event, webhooks_attempt from bulkhead_app;", migrations.RunSQL.noop
        ),
        *(announce(source) for source in SOURCES if source.table in FIRST),
    ]
