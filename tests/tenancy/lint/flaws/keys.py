"""Flaws of keys and indexes."""

from tests.tenancy.lint.flaws.flaw import Flaw

USELESS = "index lint_index on public.lint_child"

KEYS = (
    Flaw(
        "foreign_key_without_tenant",
        "constraint lint_fk on public.lint_child",
        "alter table lint_child add constraint lint_fk foreign key (parent_id) references lint_parent (id)",
        before="create unique index on lint_parent (id)",
    ),
    Flaw(
        "foreign_key_without_tenant",
        "constraint lint_fk on public.lint_child",
        "alter table lint_child add constraint lint_fk "
        "foreign key (other_id, parent_id) references lint_parent (tenant_id, id)",
    ),
    Flaw(
        "foreign_key_without_tenant",
        "constraint lint_fk on public.lint_open",
        "alter table lint_open add constraint lint_fk foreign key (a, b) references lint_parent (tenant_id, id)",
    ),
    Flaw(
        "foreign_key_not_enforced",
        "constraint lint_child_parent_id_wall_fk on public.lint_child",
        "alter table lint_child alter constraint lint_child_parent_id_wall_fk not enforced",
    ),
    Flaw(
        "foreign_key_nulls_tenant",
        "constraint lint_fk on public.lint_child",
        "alter table lint_child add constraint lint_fk foreign key (tenant_id, other_id) references lint_parent "
        "(tenant_id, id) on delete set null",
    ),
    Flaw(
        "unique_without_tenant",
        "index lint_index on public.lint_child",
        "create unique index lint_index on lint_child (note)",
    ),
    Flaw(
        "unique_without_tenant",
        "index lint_index on public.lint_child",
        "create unique index lint_index on lint_child (note) include (tenant_id)",
    ),
    Flaw(
        "unique_without_tenant",
        "index lint_index on public.lint_child",
        "alter table lint_child add constraint lint_index exclude using btree (note with =)",
    ),
    Flaw("tenant_index_missing", "public.lint_heir", "alter table lint_heir drop constraint lint_heir_pkey"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, price)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (price)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, mood)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, tags)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, lower(note))"),
    Flaw(
        "index_useless", USELESS, "create index lint_index on lint_child (tenant_id, note text_pattern_ops)"
    ),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child using gin (body)"),
    Flaw(
        "index_useless",
        USELESS,
        "create index lint_index on lint_child using gin (to_tsvector('simple', note))",
    ),
)
