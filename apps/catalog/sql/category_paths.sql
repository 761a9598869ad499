-- A category's path is its parent's and its own name; children follow in the same statement.
create function public.catalog_check_paths() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if exists (
        select from catalog_category c
        left join catalog_category p on p.tenant_id = c.tenant_id and p.id = c.parent_id
        where (c.tenant_id, c.id) in (select tenant_id, id from new_rows)
              and c.path <> concat_ws(' > ', p.path, c.name)
           or (c.tenant_id, c.parent_id) in (select tenant_id, id from new_rows)
              and c.path <> concat_ws(' > ', p.path, c.name)
    ) then
        raise exception 'the path of a category is its own' using errcode = 'BH005';
    end if;
    return null;
end
$$;

create trigger catalog_check_paths_insert after insert on catalog_category
    referencing new table as new_rows for each statement execute function public.catalog_check_paths();
create trigger catalog_check_paths_update after update on catalog_category
    referencing new table as new_rows for each statement execute function public.catalog_check_paths();

revoke all on function public.catalog_check_paths() from public;
grant update (path) on catalog_category to bulkhead_app;
