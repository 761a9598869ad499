import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids
import apps.core.models
import apps.core.scope
from apps.core.walls import wall

REMOVAL = "removed_at, removed_by_label, removed_reason"
KEEPS = f"""
    -- A file is kept as it came; what may be added is that it was removed, once, and why.
    revoke update on documents_storedfile, documents_filecontent from bulkhead_app;
    grant update ({REMOVAL}) on documents_storedfile to bulkhead_app;

    create function public.documents_keep_removed() returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if old.removed_at is not null then
            raise exception 'a file is removed once' using errcode = 'BH001';
        end if;
        return new;
    end
    $$;
    create trigger documents_keep_removed before update on documents_storedfile
        for each row execute function public.documents_keep_removed();
    revoke all on function public.documents_keep_removed() from public;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_tables"),
        ("parties", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
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
                (
                    "purpose",
                    models.TextField(
                        choices=[("attachment", "Attachment"), ("original", "Original"), ("paper", "PDF")],
                        default="attachment",
                    ),
                ),
                ("name", models.TextField()),
                ("media_type", models.TextField()),
                ("size", models.BigIntegerField()),
                ("sha256", models.TextField()),
                ("created_by", models.UUIDField()),
                ("created_by_label", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_by_label", models.TextField(blank=True, default="")),
                ("removed_reason", models.TextField(blank=True, default="")),
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
            ],
        ),
        migrations.CreateModel(
            name="FileContent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField(default=apps.core.scope.current_tenant_id, editable=False)),
                ("content", models.BinaryField()),
                (
                    "file",
                    apps.core.models.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(fields=["tenant_id", "sha256"], name="documents_by_content"),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("tenant_id", "subject_kind", "subject_id", "purpose", "sha256"),
                name="documents_one_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purpose", "paper")),
                fields=("tenant_id", "subject_kind", "subject_id"),
                name="documents_one_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", {"attachment": "Attachment", "original": "Original", "paper": "PDF"})
                ),
                name="documents_known_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1)), name="documents_file_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removed_at", None), ("removed_reason", "")),
                    models.Q(
                        ("purpose", "attachment"),
                        ("removed_at__isnull", False),
                        models.Q(("removed_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="documents_removed_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="filecontent",
            constraint=models.UniqueConstraint(fields=("tenant_id", "file"), name="documents_one_content"),
        ),
        *wall(
            "documents_storedfile",
            customer="customer_id",
            references={"customer_id": "parties_customer"},
            deletable=False,
        ),
        *wall(
            "documents_filecontent",
            customer=("file_id", "documents_storedfile"),
            references={"file_id": "documents_storedfile"},
            deletable=False,
            audited=False,
        ),
        migrations.RunSQL(KEEPS, migrations.RunSQL.noop),
    ]
