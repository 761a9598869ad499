-- rule: privilege_public
-- says: PUBLIC was given a privilege, so every role that will ever exist has it.
-- cure: revoke all on {object} from public;
select object, string_agg(distinct privilege, ', ') from granted where grantee = 0 group by object
