-- rule: privilege_forbidden
-- says: A process may TRUNCATE, REFERENCES, TRIGGER or MAINTAIN: none of these heeds row-level security.
-- cure: revoke the privilege named on {object} from the role named;
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where kind in ('r', 'p', 'v') and privilege in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
  and role in (select name from runtime_role)
group by object, role
