-- rule: rewrite_rule
-- says: A rewrite rule on a table runs with the rights of the table's owner, past the caller's policies.
-- cure: Drop the rule; write what it did into an operation.
select format('rule %I on %s', w.rulename, r.object), ''
from pg_rewrite w join relation r on r.oid = w.ev_class
where w.rulename <> '_RETURN'
