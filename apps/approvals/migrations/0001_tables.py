from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

KEEP = Path(__file__).resolve().parent.parent / "sql" / "keep.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("holder_id", models.UUIDField()),
                ("delegate_id", models.UUIDField()),
                ("subject_kind", models.TextField(blank=True, default="")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("reason", models.TextField(blank=True, default="")),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "delegate_id", "ends_on"], name="approvals_by_delegate")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("holder_id", models.F("delegate_id")), _negated=True),
                        name="approvals_delegate_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="approvals_days_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonLimit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("person_id", models.UUIDField()),
                ("subject_kind", models.TextField(blank=True, default="")),
                ("limit_minor", models.BigIntegerField()),
                ("changed_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "person_id", "subject_kind"), name="approvals_one_limit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limit_minor__gte", 0)), name="approvals_limit_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("name", models.TextField()),
                ("subject_kind", models.TextField()),
                ("position", models.IntegerField(default=1)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "verbose_name_plural": "policies",
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "subject_kind", "position", "id"], name="approvals_in_order"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "name"), name="approvals_one_policy_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("number", models.IntegerField()),
                ("name", models.TextField()),
                ("subject_kind", models.TextField()),
                ("min_minor", models.BigIntegerField(default=0)),
                ("max_minor", models.BigIntegerField(blank=True, null=True)),
                (
                    "party_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("levels", models.JSONField()),
                ("answer_days", models.IntegerField(default=3)),
                ("escalates_to", models.TextField(blank=True, default="")),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                (
                    "policy",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        to="approvals.policy",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("subject_kind", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("label", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("book_minor", models.BigIntegerField()),
                ("party_id", models.UUIDField(blank=True, null=True)),
                ("category", models.TextField(blank=True, default="")),
                ("fingerprint", models.TextField()),
                ("fact_prints", models.JSONField(default=dict)),
                ("created_by", models.UUIDField()),
                ("changed_by", models.UUIDField()),
                ("requested_by", models.UUIDField()),
                ("levels", models.JSONField()),
                ("escalates_to", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("pending", "Waiting"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("void", "Void"),
                            ("recalled", "Recalled"),
                        ],
                        default="pending",
                    ),
                ),
                ("level", models.IntegerField(default=1)),
                (
                    "waiting_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.TextField(blank=True, default="")),
                ("requested_at", models.DateTimeField()),
                (
                    "policy_version",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="approvals.policyversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("level", models.IntegerField()),
                ("verdict", models.TextField(choices=[("approve", "Approved"), ("reject", "Rejected")])),
                ("reason", models.TextField(blank=True, default="")),
                ("decided_by", models.UUIDField()),
                ("holder_id", models.UUIDField()),
                (
                    "stands_for",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("decided_at", models.DateTimeField()),
                (
                    "request",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="decisions",
                        to="approvals.request",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "policy", "number"), name="approvals_one_version_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("min_minor__gte", 0),
                    models.Q(("max_minor", None), ("max_minor__gte", models.F("min_minor")), _connector="OR"),
                ),
                name="approvals_amounts_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_days__gte", 1)), name="approvals_days_to_answer"
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["tenant_id", "state", "due_at", "id"], name="approvals_by_due"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["tenant_id", "-requested_at", "-id"], name="approvals_newest"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                fields=["tenant_id", "subject_kind", "subject_id", "-requested_at"],
                name="approvals_by_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("pending", "approved"))),
                fields=("tenant_id", "subject_kind", "subject_id"),
                name="approvals_one_open_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        {
                            "approved": "Approved",
                            "pending": "Waiting",
                            "recalled": "Recalled",
                            "rejected": "Rejected",
                            "void": "Void",
                        },
                    )
                ),
                name="approvals_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "pending")),
                    models.Q(
                        models.Q(("state", "pending"), _negated=True),
                        models.Q(("ended_at", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="approvals_ended_when_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "request", "decided_by"), name="approvals_decide_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "request", "holder_id"), name="approvals_right_used_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", {"approve": "Approved", "reject": "Rejected"})),
                name="approvals_known_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "approve"), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="approvals_rejected_with_reason",
            ),
        ),
        *wall("approvals_policy", deletable=False),
        *wall("approvals_policyversion", references={"policy_id": "approvals_policy"}, deletable=False),
        *wall(
            "approvals_request", references={"policy_version_id": "approvals_policyversion"}, deletable=False
        ),
        *wall("approvals_decision", references={"request_id": "approvals_request"}, deletable=False),
        *wall("approvals_delegation", deletable=False),
        *wall("approvals_personlimit"),
        migrations.RunSQL(KEEP.read_text(), migrations.RunSQL.noop),
    ]
