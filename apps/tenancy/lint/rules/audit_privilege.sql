-- rule: audit_privilege
-- says: The application has a right on a table of the audit log; it may only call audit.record_access.
-- cure: revoke all on {object} from the role named;
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where schema = 'audit' and not is_partition and role in ('bulkhead_app', 'bulkhead_ask', 'bulkhead_relay')
  and privilege not in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
group by object, role
