-- rule: role_missing
-- says: A role of the house does not exist in this cluster.
-- cure: Run `manage.py prepare_database`, which makes {object}.
select h.name, '' from house_role h
where h.is_needed and not exists (select from pg_roles r where r.rolname = h.name)
