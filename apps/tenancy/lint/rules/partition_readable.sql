-- rule: partition_readable
-- says: A partition may be named directly, which goes around the policies of its parent.
-- cure: revoke all on {object} from the role named; grant on the parent only.
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where is_partition and role in (select name from runtime_role)
group by object, role
