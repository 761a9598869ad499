from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0003_amounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="recurringinvoice",
            name="problem",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.RunSQL(
            "grant update (problem) on invoices_recurringinvoice to bulkhead_app", migrations.RunSQL.noop
        ),
    ]
