from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("readmodels", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="linecopy",
            name="shared_minor",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(
            "grant update (shared_minor) on readmodels_linecopy to bulkhead_app", migrations.RunSQL.noop
        ),
    ]
