from pathlib import Path

from django.db import migrations, models

PATHS = Path(__file__).resolve().parent.parent / "sql" / "category_paths.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_goods"),
    ]

    operations = [
        migrations.AddField(
            model_name="category",
            name="path",
            field=models.TextField(db_default="", editable=False),
        ),
        migrations.RunSQL(PATHS.read_text(), migrations.RunSQL.noop),
    ]
