from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.ids
import apps.core.scope
from apps.core.walls import wall

IDENTITY = Path(__file__).resolve().parent.parent / "sql" / "identity.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.TextField(blank=True, default="")),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Tenant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_column="tenant_id",
                        default=apps.core.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("country_code", models.CharField(max_length=2)),
                ("time_zone", models.TextField(default="UTC")),
                ("locale", models.TextField(default="en")),
                ("database", models.TextField(default="default")),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("prefix", models.TextField()),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("customer_id", models.UUIDField(blank=True, null=True)),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["digest"], name="tenancy_apikey_digest")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "digest"), name="tenancy_one_digest")
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("principal_id", models.UUIDField()),
                ("key", models.TextField()),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("status", models.SmallIntegerField()),
                ("body", models.JSONField()),
                ("headers", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "created_at"], name="tenancy_answer_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "principal_id", "key"), name="tenancy_one_answer"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RolePermission",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("admin", "Admin"),
                            ("finance", "Finance"),
                            ("approver", "Approver"),
                            ("sales", "Sales"),
                            ("operations", "Operations"),
                            ("support", "Support"),
                            ("auditor", "Auditor"),
                        ]
                    ),
                ),
                ("permission", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "role", "permission"), name="tenancy_one_cell"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("admin", "Admin"),
                            ("finance", "Finance"),
                            ("approver", "Approver"),
                            ("sales", "Sales"),
                            ("operations", "Operations"),
                            ("support", "Support"),
                            ("auditor", "Auditor"),
                        ]
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("tenant_id", "user"),
                        name="tenancy_one_membership",
                    )
                ],
            },
        ),
        *wall("tenancy_tenant", customer="all", key=(), deletable=False),
        *wall("tenancy_membership", deletable=False),
        *wall("tenancy_rolepermission"),
        *wall("tenancy_apikey", deletable=False),
        *wall("tenancy_idempotentanswer", customer="all", audited=False),
        migrations.RunSQL(IDENTITY.read_text(), migrations.RunSQL.noop),
    ]
