from django.db import migrations

from apps.changes.published import publication_sql


class Migration(migrations.Migration):
    """The publication carries what `published.py` names today; a new column moves these dependencies forward."""

    dependencies = [
        ("changes", "0001_tables"),
        ("catalog", "0001_tables"),
        ("parties", "0001_tables"),
        ("invoices", "0003_amounts"),
    ]

    operations = [
        # Before any slot: a slot that is older than its publication cannot be read.
        migrations.RunSQL(publication_sql(), "drop publication if exists bulkhead"),
    ]
