-- At commit the counts of a line are the sums of its facts, whoever wrote either (books.md 68). Facts are never
-- changed; what was invoiced or billed may be taken back with its draft.
create function public.orders_compare_sales_line() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    tenant uuid := coalesce(new.tenant_id, old.tenant_id);
    looked uuid;
begin
    if tg_table_name = 'orders_salesline' then
        looked := new.id;
    elsif tg_op = 'DELETE' then
        looked := old.line_id;
    else
        looked := new.line_id;
    end if;
    perform from orders_salesline l
    where l.tenant_id = tenant and l.id = looked
      and (l.shipped <> (select coalesce(sum(f.quantity), 0) from orders_shipmentline f
                         where f.tenant_id = tenant and f.line_id = looked)
        or l.returned <> (select coalesce(sum(f.quantity), 0) from orders_returnline f
                          where f.tenant_id = tenant and f.line_id = looked)
        or l.invoiced <> (select coalesce(sum(f.quantity), 0) from orders_invoicedquantity f
                          where f.tenant_id = tenant and f.line_id = looked));
    if found then
        raise exception 'the counts of an order''s line are not the sums of what happened' using errcode = 'BH003';
    end if;
    return null;
end
$$;

create function public.orders_compare_purchase_line() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    tenant uuid := coalesce(new.tenant_id, old.tenant_id);
    looked uuid;
begin
    if tg_table_name = 'orders_purchaseline' then
        looked := new.id;
    elsif tg_op = 'DELETE' then
        looked := old.line_id;
    else
        looked := new.line_id;
    end if;
    perform from orders_purchaseline l
    where l.tenant_id = tenant and l.id = looked
      and ((l.received, l.rejected) <> (select coalesce(sum(f.received), 0), coalesce(sum(f.rejected), 0)
                                        from orders_receiptline f
                                        where f.tenant_id = tenant and f.line_id = looked)
        or l.billed <> (select coalesce(sum(f.quantity), 0) from orders_billedquantity f
                        where f.tenant_id = tenant and f.line_id = looked));
    if found then
        raise exception 'the counts of an order''s line are not the sums of what happened' using errcode = 'BH003';
    end if;
    return null;
end
$$;

create constraint trigger orders_compare_new_line after insert on orders_salesline
    deferrable initially deferred for each row when (new.shipped <> 0 or new.returned <> 0 or new.invoiced <> 0)
    execute function public.orders_compare_sales_line();
create constraint trigger orders_compare_line after update on orders_salesline
    deferrable initially deferred for each row
    when ((new.id, new.shipped, new.returned, new.invoiced) is distinct from
          (old.id, old.shipped, old.returned, old.invoiced))
    execute function public.orders_compare_sales_line();
create constraint trigger orders_compare_shipped after insert on orders_shipmentline
    deferrable initially deferred for each row execute function public.orders_compare_sales_line();
create constraint trigger orders_compare_returned after insert on orders_returnline
    deferrable initially deferred for each row execute function public.orders_compare_sales_line();
create constraint trigger orders_compare_invoiced after insert or delete on orders_invoicedquantity
    deferrable initially deferred for each row execute function public.orders_compare_sales_line();

create constraint trigger orders_compare_new_line after insert on orders_purchaseline
    deferrable initially deferred for each row when (new.received <> 0 or new.rejected <> 0 or new.billed <> 0)
    execute function public.orders_compare_purchase_line();
create constraint trigger orders_compare_line after update on orders_purchaseline
    deferrable initially deferred for each row
    when ((new.id, new.received, new.rejected, new.billed) is distinct from
          (old.id, old.received, old.rejected, old.billed))
    execute function public.orders_compare_purchase_line();
create constraint trigger orders_compare_received after insert on orders_receiptline
    deferrable initially deferred for each row execute function public.orders_compare_purchase_line();
create constraint trigger orders_compare_billed after insert or delete on orders_billedquantity
    deferrable initially deferred for each row execute function public.orders_compare_purchase_line();

-- What happened is not changed afterwards, but for the day that a shipment arrived.
revoke update on orders_shipment, orders_shipmentline, orders_salesreturn, orders_returnline, orders_receipt,
    orders_receiptline, orders_invoicedquantity, orders_billedquantity from bulkhead_app;
grant update (delivered_on) on orders_shipment to bulkhead_app;

revoke all on function public.orders_compare_sales_line(), public.orders_compare_purchase_line() from public;
