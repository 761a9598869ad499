-- Posting also fixes the rate and the totals in the book currency; all of the row but what is named stays.
create or replace function public.invoices_keep_posted() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        if old.state <> 'draft' then
            raise exception 'a posted document is not deleted' using errcode = 'BH001';
        end if;
        return old;
    end if;
    if new.id <> old.id or new.created_at <> old.created_at then
        raise exception 'the identity of a document does not change' using errcode = 'BH001';
    end if;
    if old.state = 'draft' then
        if new.state = 'void' then
            raise exception 'a draft is deleted, not voided' using errcode = 'BH002';
        end if;
        if new.state = 'posted' and (
            new.number is null or new.sequence is null or new.posted_at is null
            or new.rate is null or new.book_currency = '' or new.book_total_minor is null
        ) then
            raise exception 'posting gives a number, and amounts in the book currency' using errcode = 'BH002';
        end if;
        return new;
    end if;
    if not (new.state = old.state or (old.state = 'posted' and new.state = 'void' and new.voided_at is not null)) then
        raise exception 'no such transition' using errcode = 'BH002';
    end if;
    if (to_jsonb(new) - array['state', 'voided_at', 'note', 'version'])
       <> (to_jsonb(old) - array['state', 'voided_at', 'note', 'version'])
    then
        raise exception 'a posted document does not change' using errcode = 'BH001';
    end if;
    return new;
end
$$;

-- All that belongs to a document follows it, as its lines do (books.md 27).
create trigger invoices_keep_insert after insert on invoices_adjustment
    referencing new table as new_rows for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_update after update on invoices_adjustment
    referencing old table as old_rows new table as new_rows
    for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_delete after delete on invoices_adjustment
    referencing old table as old_rows for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_insert after insert on invoices_taxsubtotal
    referencing new table as new_rows for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_update after update on invoices_taxsubtotal
    referencing old table as old_rows new table as new_rows
    for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_delete after delete on invoices_taxsubtotal
    referencing old table as old_rows for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_insert after insert on invoices_instalment
    referencing new table as new_rows for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_update after update on invoices_instalment
    referencing old table as old_rows new table as new_rows
    for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_delete after delete on invoices_instalment
    referencing old table as old_rows for each statement execute function public.invoices_keep_lines();

-- Columns that came later may be written as those that were there.
do $$
declare
    name text;
begin
    foreach name in array array['invoices_invoice', 'invoices_line'] loop
        execute (
            select format('grant update (%s) on %I to bulkhead_app', string_agg(quote_ident(attname), ', '), name)
            from pg_attribute
            where attrelid = name::regclass and attnum > 0 and not attisdropped
              and attname <> 'tenant_id' and attgenerated = ''
        );
    end loop;
end $$;
