"""The table of the cache that sign-in relies on, in the shape that Django's database cache asks for."""

from django.db import migrations

from apps.core.walls import open_table

TABLE = """
create table tenancy_signincache (
    cache_key varchar(255) primary key,
    value     text not null,
    expires   timestamptz not null
);
create index tenancy_signincache_expires on tenancy_signincache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_tables")]
    operations = [
        migrations.RunSQL(TABLE, "drop table tenancy_signincache"),
        *open_table("tenancy_signincache", reader=""),
    ]
