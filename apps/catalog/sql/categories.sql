-- No category lies under itself. All categories are locked while one moves: two moves at once could make a ring that
-- neither sees.
create function public.catalog_check_tree() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform from catalog_category where tenant_id = new.tenant_id order by id for no key update;
    if exists (
        with recursive above as (
            select new.parent_id as id, 1 as depth
            union all
            select c.parent_id, above.depth + 1 from above
            join catalog_category c on c.tenant_id = new.tenant_id and c.id = above.id
            where above.depth < 100
        )
        select from above where id = new.id or depth = 100
    ) then
        raise exception 'a category lies under itself' using errcode = 'BH005';
    end if;
    return null;
end
$$;

create trigger catalog_check_tree after update of parent_id on catalog_category for each row
    when (new.parent_id is not null and new.parent_id is distinct from old.parent_id)
    execute function public.catalog_check_tree();

revoke all on function public.catalog_check_tree() from public;
