-- Lock dates (books.md 34). Who posts takes the tenant's lock shared, who closes takes it alone: an entry is either
-- committed before the lock date stands, and the closer sees it, or it meets the lock date and is refused.
create function public.ledger_gate() returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
return hashtextextended('ledger periods ' || coalesce(tenancy.current_tenant()::text, ''), 0);

-- The first of some (kind, day) that the caller may not post on, with the lock that says so; none = all are open.
create function public.ledger_closed(kinds text[], days date[])
returns table (kind text, day date, lock_kind text, through date)
language plpgsql volatile
set search_path = pg_catalog, public, pg_temp
as $$
declare
    actor jsonb;
begin
    -- A snapshot older than the lock would not see the lock date that it waited for.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'the ledger is written under READ COMMITTED' using errcode = 'BH026';
    end if;
    perform pg_advisory_xact_lock_shared(public.ledger_gate());
    if not exists (select from ledger_lockdate) then
        return;
    end if;
    actor := tenancy.current_actor();
    return query
    select w.kind, w.day, l.kind, l.through
    from (
        select u.kind, u.day,
               case u.kind when 'settlement' then 'payment' when 'stock' then 'general' else u.kind end as lock_kind
        from unnest(kinds, days) as u (kind, day)
    ) as w
    join ledger_lockdate l on w.day <= l.through and l.kind in ('hard', w.lock_kind)
    where l.kind = 'hard' or not exists (
        select from ledger_lockexception x
        where actor ->> 'kind' = 'person' and x.person_id = (actor ->> 'id')::uuid
          and x.kind in ('all', w.lock_kind) and w.day between x.first_day and x.last_day
          and x.ended_at is null and clock_timestamp() >= x.opened_at and clock_timestamp() < x.expires_at
    )
    order by w.day, (l.kind = 'hard') desc
    limit 1;
end
$$;

-- Every entry meets the lock dates, also one that no operation wrote. A reversal counts as what it reverses.
create function public.ledger_check_open() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
-- A plan made while the table was small is kept for the session, and it is the wrong one for many reversals.
set plan_cache_mode = force_custom_plan
as $$
declare
    wanted record;
    met    record;
begin
    if exists (select from new_rows where reverses_id is not null) then
        select array_agg(w.kind) as kinds, array_agg(w.entry_date) as days into wanted
        from (
            select distinct coalesce(o.kind, n.kind) as kind, n.entry_date from new_rows n
            left join ledger_entry o on o.tenant_id = n.tenant_id and o.id = n.reverses_id
        ) as w;
    else
        select array_agg(w.kind) as kinds, array_agg(w.entry_date) as days into wanted
        from (select distinct kind, entry_date from new_rows) as w;
    end if;
    if wanted.kinds is null then
        return null;
    end if;
    select * into met from public.ledger_closed(wanted.kinds, wanted.days);
    if met.day is not null then
        raise exception 'the books are closed on %', met.day
            using errcode = 'BH020',
                  detail = json_build_object('kind', met.kind, 'day', met.day, 'lock', met.lock_kind, 'through', met.through);
    end if;
    return null;
end
$$;

create trigger ledger_check_open after insert on ledger_entry
    referencing new table as new_rows for each statement execute function public.ledger_check_open();

-- Whoever moves a lock date is alone, and what is locked hard stays so.
create function public.ledger_close_gate() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(public.ledger_gate());
    return null;
end
$$;

create trigger ledger_close_gate before insert or update on ledger_lockdate
    for each statement execute function public.ledger_close_gate();

create function public.ledger_keep_hard() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.kind = 'hard' and (new.kind <> 'hard' or new.through < old.through) then
        raise exception 'what is locked for good stays locked' using errcode = 'BH001';
    end if;
    return new;
end
$$;

create trigger ledger_keep_hard before update on ledger_lockdate
    for each row execute function public.ledger_keep_hard();

revoke all on function public.ledger_gate(), public.ledger_closed(text[], date[]), public.ledger_check_open(),
    public.ledger_close_gate(), public.ledger_keep_hard() from public;
grant execute on function public.ledger_gate(), public.ledger_closed(text[], date[]) to bulkhead_app;
