-- rule: tenant_column
-- says: tenant_id may be null or is not a uuid: such rows belong to nobody, or the comparison casts the column.
-- cure: alter table {object} alter column tenant_id type uuid, alter column tenant_id set not null;
select object, case when tenant_is_required then format('it is %s', format_type(tenant_type, null))
                    else 'it may be null' end
from tenant_table where not tenant_is_required or tenant_type <> 'uuid'::regtype
