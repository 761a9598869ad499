-- Buying more never costs more per unit within a ladder (books.md 67). The list is locked first, so that two writers
-- of one ladder see each other.
create function public.catalog_check_ladders() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
    perform from catalog_pricelist l
    where (l.tenant_id, l.id) in (select tenant_id, price_list_id from new_rows)
    order by l.id for no key update;
    if exists (
        select from (
            select b.unit_price > lag(b.unit_price) over (
                partition by b.price_list_id, b.product_id, b.unit order by b.min_quantity
            ) as costs_more
            from catalog_pricebreak b
            where (b.tenant_id, b.price_list_id, b.product_id, b.unit)
                in (select tenant_id, price_list_id, product_id, unit from new_rows)
        ) steps
        where costs_more
    ) then
        raise exception 'buying more never costs more per unit' using errcode = 'BH004';
    end if;
    return null;
end
$$;

create trigger catalog_check_ladders_insert after insert on catalog_pricebreak
    referencing new table as new_rows for each statement execute function public.catalog_check_ladders();
create trigger catalog_check_ladders_update after update on catalog_pricebreak
    referencing new table as new_rows for each statement execute function public.catalog_check_ladders();

-- A key that is bound to a customer sees its own prices and those for everybody.
create policy catalog_pricelist_buyer on catalog_pricelist as restrictive to bulkhead_app, bulkhead_reader
    using (
        case when (select tenancy.current_customer()) is null then true
        else (customer_id is null and tier = '') or customer_id = (select tenancy.current_customer()) end
    )
    with check (
        case when (select tenancy.current_customer()) is null then true
        else (customer_id is null and tier = '') or customer_id = (select tenancy.current_customer()) end
    );

revoke all on function public.catalog_check_ladders() from public;
