-- rule: view_without_invoker
-- says: A view reads with its owner's rights and policies, not with the caller's.
-- cure: alter view {object} set (security_invoker = true);
select object, '' from relation
where kind = 'v' and not coalesce(options && '{security_invoker=true,security_invoker=on,security_invoker=1,security_invoker=yes}', false)
