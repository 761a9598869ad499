-- Only these steps, by any road (books.md 24). The same tables stand in transitions.py; a test compares them.
create function public.orders_keep_sales_order() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if new.id <> old.id or new.number <> old.number or new.created_at <> old.created_at
       or new.created_by <> old.created_by
    then
        raise exception 'the identity of an order does not change' using errcode = 'BH001';
    end if;
    if new.state <> old.state and old.state || ' ' || new.state <> all (array[
        'pending confirmed', 'pending on_hold', 'pending cancelled',
        'on_hold pending', 'on_hold confirmed', 'on_hold processing', 'on_hold cancelled',
        'confirmed pending', 'confirmed processing', 'confirmed shipped', 'confirmed on_hold', 'confirmed cancelled',
        'processing shipped', 'processing on_hold', 'processing cancelled',
        'shipped delivered'
    ]) then
        raise exception 'no such transition' using errcode = 'BH002';
    end if;
    -- A hold ends where it began.
    if old.state = 'on_hold' and new.state not in ('on_hold', 'cancelled', old.held_from) then
        raise exception 'a held order goes back to where it was' using errcode = 'BH002';
    end if;
    if old.state = 'pending' then
        return new;
    end if;
    if (new.order_date, new.customer_id, new.warehouse_id, new.currency, new.invoice_basis, new.net_minor, new.tax_minor,
        new.total_minor, new.customer_reference, new.external_number, new.source)
       is distinct from
       (old.order_date, old.customer_id, old.warehouse_id, old.currency, old.invoice_basis, old.net_minor, old.tax_minor,
        old.total_minor, old.customer_reference, old.external_number, old.source)
    then
        raise exception 'only a pending order changes' using errcode = 'BH001';
    end if;
    if new.state = 'shipped' and old.state <> 'shipped' and exists (
        select from orders_salesline l
        where l.tenant_id = new.tenant_id and l.order_id = new.id and l.shipped + l.cancelled < l.quantity
    ) then
        raise exception 'something of the order is not shipped' using errcode = 'BH002';
    end if;
    if new.state in ('pending', 'cancelled') and new.state <> old.state and exists (
        select from orders_salesline l
        where l.tenant_id = new.tenant_id and l.order_id = new.id
          and (l.shipped > 0 or l.invoiced > 0 or l.reserved > 0)
    ) then
        raise exception 'something of the order is reserved, shipped or invoiced' using errcode = 'BH002';
    end if;
    return new;
end
$$;

create trigger orders_keep_sales_order before update on orders_salesorder
    for each row execute function public.orders_keep_sales_order();

create function public.orders_keep_purchase_order() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if new.id <> old.id or new.number <> old.number or new.created_at <> old.created_at
       or new.created_by <> old.created_by
    then
        raise exception 'the identity of an order does not change' using errcode = 'BH001';
    end if;
    if new.state <> old.state and old.state || ' ' || new.state <> all (array[
        'draft awaiting_approval', 'draft approved', 'draft cancelled',
        'awaiting_approval draft', 'awaiting_approval approved', 'awaiting_approval cancelled',
        'approved draft', 'approved sent', 'approved cancelled',
        'sent partly_received', 'sent received', 'sent cancelled',
        'partly_received sent', 'partly_received received', 'partly_received closed',
        'received sent', 'received partly_received', 'received closed',
        'closed partly_received', 'closed received'
    ]) then
        raise exception 'no such transition' using errcode = 'BH002';
    end if;
    if old.state <> 'draft' and new.state <> 'draft'
       and (new.order_date, new.expected_date, new.supplier_id, new.warehouse_id, new.currency, new.net_minor,
            new.tax_minor, new.freight_minor, new.total_minor, new.stated_total, new.external_number,
            new.external_state, new.source, new.category, new.changed_by)
           is distinct from
           (old.order_date, old.expected_date, old.supplier_id, old.warehouse_id, old.currency, old.net_minor,
            old.tax_minor, old.freight_minor, old.total_minor, old.stated_total, old.external_number,
            old.external_state, old.source, old.category, old.changed_by)
    then
        raise exception 'only a draft order changes' using errcode = 'BH001';
    end if;
    if new.state = 'received' and old.state <> 'received' and exists (
        select from orders_purchaseline l
        where l.tenant_id = new.tenant_id and l.order_id = new.id
          and l.received - l.rejected < l.quantity - l.cancelled
    ) then
        raise exception 'something of the order has not come' using errcode = 'BH002';
    end if;
    if new.state in ('sent', 'cancelled') and new.state <> old.state and exists (
        select from orders_purchaseline l
        where l.tenant_id = new.tenant_id and l.order_id = new.id and l.received > 0
    ) then
        raise exception 'something of the order has come' using errcode = 'BH002';
    end if;
    return new;
end
$$;

create trigger orders_keep_purchase_order before update on orders_purchaseorder
    for each row execute function public.orders_keep_purchase_order();

-- An order begins at the beginning; every further step is one of its own.
create function public.orders_born() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if exists (select from new_rows where state <> tg_argv[0]) then
        raise exception 'an order begins as %', tg_argv[0] using errcode = 'BH002';
    end if;
    return null;
end
$$;

create trigger orders_born_pending after insert on orders_salesorder
    referencing new table as new_rows for each statement execute function public.orders_born('pending');
create trigger orders_born_draft after insert on orders_purchaseorder
    referencing new table as new_rows for each statement execute function public.orders_born('draft');

revoke all on function public.orders_keep_sales_order(), public.orders_keep_purchase_order(), public.orders_born()
    from public;
