-- rule: signing_key_readable
-- says: A role besides the owner has a right on the keys that sign contexts: who reads them may be any tenant.
-- cure: revoke all on {object} from the role named; then change the keys (CONTEXT_KEYS).
select object, role from granted
where object = 'tenancy.signing_key' and grantee <> owner and grantee <> 0
group by object, role
