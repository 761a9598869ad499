-- rule: role_attribute
-- says: A role of the house may do more than its work asks for.
-- cure: alter role {object} with the attribute's NO form.
select r.rolname, a.name from house_role h join pg_roles r on r.rolname = h.name
cross join lateral (values
    ('superuser', r.rolsuper), ('bypassrls', r.rolbypassrls), ('createrole', r.rolcreaterole),
    ('createdb', r.rolcreatedb), ('login', r.rolcanlogin and not h.may_login),
    ('replication', r.rolreplication and not h.may_replicate)
) a(name, has)
where a.has
