-- rule: member_of_owner
-- says: A role outside the house is a member of an owner of tables, or of a built-in role that reads past them.
-- cure: revoke the membership named from {object};
select m.rolname, format('member of %s', g.rolname)
from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
where m.rolname not in (select name from house_role) and not m.rolsuper and m.rolname !~ '^pg_'
  -- Who made a role is its member WITH ADMIN and nothing else: that alone reads nothing.
  and (a.inherit_option or a.set_option)
  and g.rolname in ('bulkhead_owner', 'bulkhead_audit', 'pg_read_all_data', 'pg_write_all_data', 'pg_maintain',
                    'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
