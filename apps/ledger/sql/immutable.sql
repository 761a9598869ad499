-- What the database itself refuses about entries and lines, whoever asks (books.md 28, 29, 32, 33).

-- An entry and its lines are facts: written once. The application has no right to change them; this stops the rest.
create function public.ledger_keep() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    raise exception 'the ledger is never changed or deleted: reverse the entry' using errcode = 'BH001';
end
$$;

create trigger ledger_keep before update or delete or truncate on ledger_entry
    for each statement execute function public.ledger_keep();
create trigger ledger_keep before update or delete or truncate on ledger_line
    for each statement execute function public.ledger_keep();
create trigger ledger_keep before update or delete or truncate on ledger_period
    for each statement execute function public.ledger_keep();
create trigger ledger_keep before update or delete or truncate on ledger_snapshot
    for each statement execute function public.ledger_keep();

-- As the owner, with the tenant named by the row: one policy check less for each of thousands, and a plan that stays.
create policy ledger_line_checked on ledger_line as permissive for select to bulkhead_owner using (true);
create policy ledger_entry_checked on ledger_entry as permissive for select to bulkhead_owner using (true);

-- Lines fit into the places that their entry has. At commit each place is taken, so that none is added later.
create function public.ledger_check_places() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
-- A plan made while the table was small is kept for the session: it must be the one for many rows.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
    if exists (
        select from new_rows n
        left join ledger_entry e on e.tenant_id = n.tenant_id and e.id = n.entry_id
        where e.id is null or n.position not between 1 and e.line_count or n.entry_date <> e.entry_date
    ) then
        raise exception 'a line has no place in its entry' using errcode = 'BH021';
    end if;
    return null;
end
$$;

create trigger ledger_check_places after insert on ledger_line
    referencing new table as new_rows for each statement execute function public.ledger_check_places();

-- At commit: all lines are there, they balance, they are the ones that the digest in the entry stands for, and a
-- reversal is the exact mirror.
create function public.ledger_check_entry() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set enable_seqscan = off
as $$
declare
    made record;
begin
    select count(*) as lines, coalesce(sum(debit_minor), 0) as debit, coalesce(sum(credit_minor), 0) as credit,
           coalesce(sum(amount_minor) filter (where currency = new.currency), 0) as balance,
           coalesce(bool_or(currency = new.book_currency and amount_minor <> debit_minor - credit_minor), false) as odd,
           encode(sha256(convert_to(
               new.id::text || E'\x1f' || to_char(new.entry_date, 'YYYY-MM-DD') || E'\x1e' || string_agg(concat_ws(
                   E'\x1f', position, account_id, debit_minor, credit_minor, currency, amount_minor,
                   coalesce(party_id::text, ''), tax_code, dimension, text
               ), E'\x1e' order by position),
           'UTF8')), 'hex') as digest
    into made
    from ledger_line where tenant_id = new.tenant_id and entry_id = new.id;

    if made.lines <> new.line_count then
        raise exception 'an entry has % of its % lines', made.lines, new.line_count using errcode = 'BH022';
    end if;
    if made.debit <> made.credit or made.debit <> new.total_minor then
        raise exception 'an entry does not balance' using errcode = 'BH023';
    end if;
    if made.odd or (new.currency <> '' and made.balance <> 0) then
        raise exception 'an entry does not balance in its currency' using errcode = 'BH023';
    end if;
    if made.digest is distinct from new.digest then
        raise exception 'the lines of an entry are not those of its digest' using errcode = 'BH024';
    end if;
    if new.reverses_id is not null then
        if exists (
            select from ledger_entry o
            where o.tenant_id = new.tenant_id and o.id = new.reverses_id
              and (o.reverses_id is not null or o.entry_date > new.entry_date or o.book_currency <> new.book_currency)
        ) or exists (
            select from ledger_line
            where tenant_id = new.tenant_id and entry_id in (new.id, new.reverses_id)
            group by account_id, currency, tax_code, dimension, party_id
            having sum(debit_minor) <> sum(credit_minor) or sum(amount_minor) <> 0
        ) then
            raise exception 'a reversal is not the mirror of its original' using errcode = 'BH025';
        end if;
    end if;
    return null;
end
$$;

create constraint trigger ledger_check_entry after insert on ledger_entry
    deferrable initially deferred for each row execute function public.ledger_check_entry();

revoke all on function public.ledger_keep(), public.ledger_check_places(), public.ledger_check_entry() from public;
