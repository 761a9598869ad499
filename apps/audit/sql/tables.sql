-- The log. Run as bulkhead_audit, who owns it and cannot sign in.

create table audit.entry (
    id           bigint generated always as identity,
    tenant_id    uuid,
    xid          xid8 not null,
    at           timestamptz not null,
    actor_kind   text not null,
    actor_id     uuid,
    principal_id uuid,
    request_id   text not null,
    trace_id     text not null,
    table_name   text not null,
    row_key      text not null,
    operation    text not null check (operation in ('insert', 'update', 'delete', 'access')),
    -- The exact text that is hashed. Old and new values stand here and nowhere else; the columns
    -- above are for searching, and the verifier compares them with this text.
    canonical    text not null
) partition by range (at);

-- The order of the sealer and of the verifier.
create index entry_xid on audit.entry (xid, id);
create index entry_tenant_id on audit.entry (tenant_id, id);
create index entry_tenant_at on audit.entry (tenant_id, at desc, id desc);
create index entry_tenant_row on audit.entry (tenant_id, table_name, row_key, id);

-- Up to 1,024 entries of one tenant, in the order (xid, id), under one Merkle root.
create table audit.seal (
    checkpoint_seq bigint not null,
    -- Null: entries of no tenant, the platform's own.
    tenant_id   uuid,
    -- Counts the seals of a tenant from 1; `previous` is the hash of the one before it.
    position    bigint not null check (position > 0),
    entry_count integer not null check (entry_count > 0),
    first_id    bigint not null,
    last_id     bigint not null,
    root        bytea not null check (length(root) = 32),
    previous    bytea not null check (length(previous) = 32),
    hash        bytea not null check (length(hash) = 32),
    -- For each entry its id and the first 8 bytes of its hash, so that a broken seal names the entry.
    prints      bytea not null check (length(prints) = 16 * entry_count),
    constraint seal_position unique nulls not distinct (tenant_id, position)
);
alter table audit.seal alter column prints set storage external;
create index seal_checkpoint on audit.seal (checkpoint_seq);

-- One line of the whole database: which transactions are sealed, and a signature.
create table audit.checkpoint (
    seq         bigint primary key check (seq > 0),
    at          timestamptz not null,
    xid_from    xid8 not null,
    xid_to      xid8 not null,
    entry_count bigint not null,
    seal_count  integer not null,
    root        bytea not null check (length(root) = 32),
    previous    bytea not null check (length(previous) = 32),
    hash        bytea not null check (length(hash) = 32),
    key_id      text not null,
    signature   bytea not null check (length(signature) = 64),
    check (xid_from < xid_to)
);
-- Finds the checkpoint of an entry.
create index checkpoint_xid on audit.checkpoint (xid_to);
