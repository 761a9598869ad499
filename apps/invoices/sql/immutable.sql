-- Posted means immutable, whoever asks (books.md 4, 27). What may still change has no effect on the books.
create function public.invoices_keep_posted() returns trigger
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
        if new.state = 'posted' and (new.number is null or new.sequence is null or new.posted_at is null) then
            raise exception 'posting gives a number' using errcode = 'BH002';
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

create trigger invoices_keep_posted before update or delete on invoices_invoice
    for each row execute function public.invoices_keep_posted();

-- A document is born as a draft; posting is a step of its own, by one road.
create function public.invoices_born_draft() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if exists (select from new_rows where state <> 'draft') then
        raise exception 'a document begins as a draft' using errcode = 'BH002';
    end if;
    return null;
end
$$;

create trigger invoices_born_draft after insert on invoices_invoice
    referencing new table as new_rows for each statement execute function public.invoices_born_draft();

-- Lines follow their document. The share lock comes before the look: a posting at the same moment either waits
-- for these lines or is seen by them.
create function public.invoices_keep_lines() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    touched uuid[];
    tenant  uuid;
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct invoice_id), min(tenant_id::text)::uuid into touched, tenant from new_rows;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct invoice_id), min(tenant_id::text)::uuid into touched, tenant from old_rows;
    else
        select array_agg(distinct invoice_id), min(tenant_id::text)::uuid into touched, tenant
        from (select tenant_id, invoice_id from old_rows union select tenant_id, invoice_id from new_rows) t;
    end if;
    -- One statement touches one tenant: row-level security sees to that.
    perform from (
        select i.state from invoices_invoice i
        where i.tenant_id = tenant and i.id = any(touched)
        for share of i
    ) locked
    where locked.state <> 'draft';
    if found then
        raise exception 'the lines of a posted document do not change' using errcode = 'BH001';
    end if;
    return null;
end
$$;

create trigger invoices_keep_lines_insert after insert on invoices_line
    referencing new table as new_rows for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_lines_update after update on invoices_line
    referencing old table as old_rows new table as new_rows
    for each statement execute function public.invoices_keep_lines();
create trigger invoices_keep_lines_delete after delete on invoices_line
    referencing old table as old_rows for each statement execute function public.invoices_keep_lines();

revoke all on function public.invoices_keep_posted(), public.invoices_born_draft(), public.invoices_keep_lines()
    from public;
