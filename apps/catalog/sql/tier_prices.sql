-- A key that is bound to a customer sees its own prices, those of its tier, and those for everybody.
drop policy catalog_pricelist_buyer on catalog_pricelist;
create policy catalog_pricelist_buyer on catalog_pricelist as restrictive to bulkhead_app, bulkhead_reader
    using (
        case when (select tenancy.current_customer()) is null then true
        else (customer_id is null and (tier = '' or tier = (
            select c.tier from parties_customer c
            where c.tenant_id = (select tenancy.current_tenant()) and c.id = (select tenancy.current_customer())
        ))) or customer_id = (select tenancy.current_customer()) end
    )
    with check (
        case when (select tenancy.current_customer()) is null then true
        else (customer_id is null and (tier = '' or tier = (
            select c.tier from parties_customer c
            where c.tenant_id = (select tenancy.current_tenant()) and c.id = (select tenancy.current_customer())
        ))) or customer_id = (select tenancy.current_customer()) end
    );
