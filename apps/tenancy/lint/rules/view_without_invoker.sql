-- rule: view_without_invoker
-- says: A view reads with its owner's rights and policies, not with the caller's.
-- cure: alter view {object} set (security_invoker = true);
select object, '' from relation
where kind = 'v' and not exists (
    select from unnest(options) o(setting)
    where starts_with(setting, 'security_invoker=') and substr(setting, 18)::boolean
)
