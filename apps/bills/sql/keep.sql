-- Posted means immutable, whoever asks (books.md 4, 27). What may still change has no effect on the books.
create function public.bills_keep_posted() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    changing text[] := array['state', 'voided_at', 'note', 'version', 'has_duplicates'];
begin
    if tg_op = 'DELETE' then
        if old.state <> 'draft' then
            raise exception 'a posted bill is not deleted' using errcode = 'BH001';
        end if;
        return old;
    end if;
    if new.id <> old.id or new.created_at <> old.created_at or new.created_by <> old.created_by then
        raise exception 'the identity of a bill does not change' using errcode = 'BH001';
    end if;
    if old.state = 'draft' then
        if new.state = 'void' then
            raise exception 'a draft is deleted, not voided' using errcode = 'BH002';
        end if;
        if new.state = 'posted' and (
            new.number is null or new.sequence is null or new.posted_at is null or new.booked_on is null
            or new.rate is null or new.book_total_minor is null
        ) then
            raise exception 'posting gives a number, a day and a rate' using errcode = 'BH002';
        end if;
        return new;
    end if;
    if not (new.state = old.state or (old.state = 'posted' and new.state = 'void' and new.voided_at is not null)) then
        raise exception 'no such transition' using errcode = 'BH002';
    end if;
    if (to_jsonb(new) - changing) <> (to_jsonb(old) - changing) then
        raise exception 'a posted bill does not change' using errcode = 'BH001';
    end if;
    return new;
end
$$;

create trigger bills_keep_posted before update or delete on bills_bill
    for each row execute function public.bills_keep_posted();

create function public.bills_born_draft() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if exists (select from new_rows where state <> 'draft') then
        raise exception 'a bill begins as a draft' using errcode = 'BH002';
    end if;
    return null;
end
$$;

create trigger bills_born_draft after insert on bills_bill
    referencing new table as new_rows for each statement execute function public.bills_born_draft();

-- What belongs to a bill follows it. The share lock comes before the look: a posting at the same moment either waits
-- for these rows or is seen by them.
create function public.bills_check_parts(tenant uuid, touched uuid[]) returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform from (
        select b.state from bills_bill b where b.tenant_id = tenant and b.id = any(touched) for share of b
    ) locked
    where locked.state <> 'draft';
    if found then
        raise exception 'what belongs to a posted bill does not change' using errcode = 'BH001';
    end if;
end
$$;

create function public.bills_keep_parts() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    touched uuid[];
    tenant  uuid;
begin
    -- One statement touches one tenant: row-level security sees to that.
    if tg_op = 'INSERT' then
        select array_agg(distinct bill_id), min(tenant_id::text)::uuid into touched, tenant from new_rows;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct bill_id), min(tenant_id::text)::uuid into touched, tenant from old_rows;
    else
        select array_agg(distinct bill_id), min(tenant_id::text)::uuid into touched, tenant
        from (select tenant_id, bill_id from old_rows union select tenant_id, bill_id from new_rows) t;
    end if;
    perform public.bills_check_parts(tenant, touched);
    return null;
end
$$;

-- A match hangs on a line.
create function public.bills_keep_matches() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    touched uuid[];
    tenant  uuid;
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct l.bill_id), min(l.tenant_id::text)::uuid into touched, tenant
        from new_rows n join bills_billline l on l.tenant_id = n.tenant_id and l.id = n.line_id;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct l.bill_id), min(l.tenant_id::text)::uuid into touched, tenant
        from old_rows o join bills_billline l on l.tenant_id = o.tenant_id and l.id = o.line_id;
    else
        select array_agg(distinct l.bill_id), min(l.tenant_id::text)::uuid into touched, tenant
        from (select tenant_id, line_id from old_rows union select tenant_id, line_id from new_rows) t
        join bills_billline l on l.tenant_id = t.tenant_id and l.id = t.line_id;
    end if;
    if touched is not null then
        perform public.bills_check_parts(tenant, touched);
    end if;
    return null;
end
$$;

do $$
declare
    part text;
    kept record;
begin
    foreach part in array array['bills_billline', 'bills_billadjustment', 'bills_billtax', 'bills_linematch'] loop
        for kept in
            select * from (values
                ('insert', 'new table as new_rows'),
                ('update', 'old table as old_rows new table as new_rows'),
                ('delete', 'old table as old_rows')
            ) v(kind, tables)
        loop
            execute format(
                'create trigger %s_keep_%s after %s on %s referencing %s for each statement execute function %s()',
                part, kept.kind, kept.kind, part, kept.tables,
                case when part = 'bills_linematch' then 'public.bills_keep_matches' else 'public.bills_keep_parts' end
            );
        end loop;
    end loop;
end
$$;

revoke all on function public.bills_keep_posted(), public.bills_born_draft(), public.bills_keep_parts(),
    public.bills_keep_matches(), public.bills_check_parts(uuid, uuid[]) from public;
grant execute on function public.bills_check_parts(uuid, uuid[]) to bulkhead_app;
