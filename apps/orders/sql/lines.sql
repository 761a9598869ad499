-- What was ordered changes only at the beginning: a sales order's lines while it is pending, a purchase order's while
-- it is a draft. Later only the counts change. The share lock comes before the look, as for documents' lines.
create function public.orders_keep_sales_lines() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    counts  constant text[] := array['reserved', 'shipped', 'returned', 'cancelled', 'invoiced'];
    touched uuid[];
    tenant  uuid;
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct order_id), min(tenant_id::text)::uuid into touched, tenant from new_rows;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct order_id), min(tenant_id::text)::uuid into touched, tenant from old_rows;
    else
        select array_agg(distinct t.order_id), min(t.tenant_id::text)::uuid into touched, tenant
        from (
            select n.tenant_id, o.order_id from new_rows n join old_rows o on o.id = n.id
            where to_jsonb(n) - counts <> to_jsonb(o) - counts
            union all
            select n.tenant_id, n.order_id from new_rows n
            where not exists (select from old_rows o where o.id = n.id and o.order_id = n.order_id)
            union all
            select o.tenant_id, o.order_id from old_rows o where not exists (select from new_rows n where n.id = o.id)
        ) t;
    end if;
    perform from (
        select s.state from orders_salesorder s
        where s.tenant_id = tenant and s.id = any(touched)
        for share of s
    ) locked
    where locked.state <> 'pending';
    if found then
        raise exception 'the lines of an order change only while it is pending' using errcode = 'BH001';
    end if;
    return null;
end
$$;

create trigger orders_keep_lines_insert after insert on orders_salesline
    referencing new table as new_rows for each statement execute function public.orders_keep_sales_lines();
create trigger orders_keep_lines_update after update on orders_salesline
    referencing old table as old_rows new table as new_rows
    for each statement execute function public.orders_keep_sales_lines();
create trigger orders_keep_lines_delete after delete on orders_salesline
    referencing old table as old_rows for each statement execute function public.orders_keep_sales_lines();

create function public.orders_keep_purchase_lines() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    counts  constant text[] := array['received', 'rejected', 'cancelled', 'billed'];
    touched uuid[];
    tenant  uuid;
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct order_id), min(tenant_id::text)::uuid into touched, tenant from new_rows;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct order_id), min(tenant_id::text)::uuid into touched, tenant from old_rows;
    else
        select array_agg(distinct t.order_id), min(t.tenant_id::text)::uuid into touched, tenant
        from (
            select n.tenant_id, o.order_id from new_rows n join old_rows o on o.id = n.id
            where to_jsonb(n) - counts <> to_jsonb(o) - counts
            union all
            select n.tenant_id, n.order_id from new_rows n
            where not exists (select from old_rows o where o.id = n.id and o.order_id = n.order_id)
            union all
            select o.tenant_id, o.order_id from old_rows o where not exists (select from new_rows n where n.id = o.id)
        ) t;
    end if;
    perform from (
        select p.state from orders_purchaseorder p
        where p.tenant_id = tenant and p.id = any(touched)
        for share of p
    ) locked
    where locked.state <> 'draft';
    if found then
        raise exception 'the lines of an order change only while it is a draft' using errcode = 'BH001';
    end if;
    return null;
end
$$;

create trigger orders_keep_lines_insert after insert on orders_purchaseline
    referencing new table as new_rows for each statement execute function public.orders_keep_purchase_lines();
create trigger orders_keep_lines_update after update on orders_purchaseline
    referencing old table as old_rows new table as new_rows
    for each statement execute function public.orders_keep_purchase_lines();
create trigger orders_keep_lines_delete after delete on orders_purchaseline
    referencing old table as old_rows for each statement execute function public.orders_keep_purchase_lines();

revoke all on function public.orders_keep_sales_lines(), public.orders_keep_purchase_lines() from public;
