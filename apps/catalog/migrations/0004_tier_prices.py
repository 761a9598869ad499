from pathlib import Path

from django.db import migrations

POLICY = Path(__file__).resolve().parent.parent / "sql" / "tier_prices.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_category_paths"),
        # The customer's tier.
        ("parties", "0002_suppliers_banking_contacts"),
    ]

    operations = [
        migrations.RunSQL(POLICY.read_text(), migrations.RunSQL.noop),
    ]
