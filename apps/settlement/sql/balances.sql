-- What is open is made from allocations and from nothing else (books.md 38 to 40), whoever writes.

-- A new item is open in full.
create function public.settlement_born_open() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    new.open_minor := new.amount_minor;
    new.open_book_minor := new.book_minor;
    return new;
end
$$;

create trigger settlement_born_open before insert on settlement_openitem
    for each row execute function public.settlement_born_open();

-- The app may update few columns of an item; what is open must equal what the allocations say, and a closed item
-- has none and stays closed. The sum is taken after the row is locked, so it sees what others have committed.
create function public.settlement_keep_item() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    settled      bigint;
    settled_book bigint;
begin
    if new.open_minor <> old.open_minor or new.open_book_minor <> old.open_book_minor then
        if new.direction = 'charge' then
            select coalesce(sum(amount_minor + discount_minor), 0), coalesce(sum(charge_book_minor), 0)
            into settled, settled_book from settlement_allocation
            where tenant_id = new.tenant_id and charge_id = new.id and undone_on is null;
        else
            select coalesce(sum(amount_minor), 0), coalesce(sum(credit_book_minor), 0)
            into settled, settled_book from settlement_allocation
            where tenant_id = new.tenant_id and credit_id = new.id and undone_on is null;
        end if;
        if new.open_minor <> new.amount_minor - settled or new.open_book_minor <> new.book_minor - settled_book then
            raise exception 'what is open is made from allocations' using errcode = 'BH001';
        end if;
    end if;
    if old.closed_on is not null and new.closed_on is distinct from old.closed_on then
        raise exception 'a closed item stays closed' using errcode = 'BH002';
    end if;
    if new.closed_on is not null and new.open_minor <> new.amount_minor then
        raise exception 'an item with allocations is not closed' using errcode = 'BH002';
    end if;
    return new;
end
$$;

create trigger settlement_keep_item before update on settlement_openitem
    for each row execute function public.settlement_keep_item();

-- An allocation changes once, to be undone, and moves what is open on both its items. The items are locked in the
-- order of their ids, so that two writers never wait for each other in a circle.
-- Nothing is allocated, or undone, on a day that the ledger has locked (books.md 34).
create function public.settlement_check_open(days date[]) returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    met record;
begin
    select * into met from public.ledger_closed(array_fill('settlement'::text, array[cardinality(days)]), days);
    if met.day is not null then
        raise exception 'the books are closed on %', met.day
            using errcode = 'BH020',
                  detail = json_build_object('kind', met.kind, 'day', met.day, 'lock', met.lock_kind, 'through', met.through);
    end if;
end
$$;

revoke all on function public.settlement_check_open(date[]) from public;
grant execute on function public.settlement_check_open(date[]) to bulkhead_app;

create function public.settlement_allocate() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    tenant  uuid;
    touched uuid[];
begin
    select min(tenant_id::text)::uuid, array_agg(charge_id) || array_agg(credit_id) into tenant, touched from new_rows;
    if tenant is null then
        return null;
    end if;
    if exists (select from new_rows where undone_on is not null) then
        raise exception 'an allocation begins as one that holds' using errcode = 'BH002';
    end if;
    perform public.settlement_check_open((select array_agg(distinct allocated_on) from new_rows));
    perform from settlement_openitem where tenant_id = tenant and id = any(touched) order by id for no key update;
    if exists (
        select from new_rows n
        left join settlement_openitem c on c.tenant_id = n.tenant_id and c.id = n.charge_id
        left join settlement_openitem d on d.tenant_id = n.tenant_id and d.id = n.credit_id
        where (c.direction = 'charge' and d.direction = 'credit' and c.side = d.side and c.currency = d.currency
            and c.customer_id is not distinct from d.customer_id
            and c.supplier_id is not distinct from d.supplier_id
            and c.closed_on is null and d.closed_on is null
            and n.allocated_on >= greatest(c.issue_date, d.issue_date)) is not true
    ) then
        raise exception 'these items do not settle each other' using errcode = 'BH003';
    end if;
    update settlement_openitem i
    set open_minor = i.open_minor - moved.minor, open_book_minor = i.open_book_minor - moved.book
    from (
        select id, sum(minor) as minor, sum(book) as book from (
            select charge_id as id, amount_minor + discount_minor as minor, charge_book_minor as book from new_rows
            union all
            select credit_id, amount_minor, credit_book_minor from new_rows
        ) legs group by id
    ) moved
    where i.tenant_id = tenant and i.id = moved.id;
    return null;
end
$$;

create trigger settlement_allocate after insert on settlement_allocation
    referencing new table as new_rows for each statement execute function public.settlement_allocate();

create function public.settlement_undo() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    tenant  uuid;
    touched uuid[];
begin
    select min(tenant_id::text)::uuid, array_agg(charge_id) || array_agg(credit_id) into tenant, touched from new_rows;
    if tenant is null then
        return null;
    end if;
    if exists (
        select from old_rows o join new_rows n on n.tenant_id = o.tenant_id and n.id = o.id
        where o.undone_on is not null or n.undone_on is null or n.undone_at is null or n.undone_by is null
    ) or (select count(*) from old_rows) <> (
        select count(*) from old_rows o join new_rows n on n.tenant_id = o.tenant_id and n.id = o.id
    ) then
        raise exception 'an allocation is undone once and changes in no other way' using errcode = 'BH001';
    end if;
    perform public.settlement_check_open((select array_agg(distinct undone_on) from new_rows));
    perform from settlement_openitem where tenant_id = tenant and id = any(touched) order by id for no key update;
    update settlement_openitem i
    set open_minor = i.open_minor + moved.minor, open_book_minor = i.open_book_minor + moved.book
    from (
        select id, sum(minor) as minor, sum(book) as book from (
            select charge_id as id, amount_minor + discount_minor as minor, charge_book_minor as book from new_rows
            union all
            select credit_id, amount_minor, credit_book_minor from new_rows
        ) legs group by id
    ) moved
    where i.tenant_id = tenant and i.id = moved.id;
    return null;
end
$$;

create trigger settlement_undo after update on settlement_allocation
    referencing old table as old_rows new table as new_rows
    for each statement execute function public.settlement_undo();

revoke all on function public.settlement_born_open(), public.settlement_keep_item(), public.settlement_allocate(),
    public.settlement_undo() from public;

-- Nothing else of these rows changes, whoever asks with the application's role.
revoke update on settlement_openitem, settlement_allocation, settlement_dunningletter, settlement_dunningline,
    settlement_dunningstop, settlement_dunningrun from bulkhead_app;
grant update (open_minor, open_book_minor, hold, hold_reason, closed_on, version) on settlement_openitem
    to bulkhead_app;
grant update (undone_on, undone_at, undone_by, undone_by_label, undone_reason) on settlement_allocation
    to bulkhead_app;
grant update (state, sent_at, version) on settlement_dunningletter to bulkhead_app;
grant update (lifted_at) on settlement_dunningstop to bulkhead_app;
grant update (letters) on settlement_dunningrun to bulkhead_app;
