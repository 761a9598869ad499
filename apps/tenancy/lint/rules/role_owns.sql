-- rule: role_owns
-- says: A role that processes sign in as owns something; an owner may change or drop it, policies included.
-- cure: reassign owned by {object} to bulkhead_owner;
select r.name, case when d.dbid in (0, b.oid) then pg_describe_object(d.classid, d.objid, d.objsubid)
                    else 'something in another database' end
from pg_shdepend d join runtime_role r on r.oid = d.refobjid
cross join (select oid from pg_database where datname = current_database()) b
left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid and d.dbid = b.oid
where d.refclassid = 'pg_authid'::regclass and d.deptype = 'o' and coalesce(c.relpersistence, 'p') <> 't'
