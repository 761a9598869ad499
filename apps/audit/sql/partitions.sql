-- Partitions by month, made ahead. Run as bulkhead_audit.

create function audit.close_partition(name text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('alter table audit.%I enable row level security', name);
    execute format('alter table audit.%I force row level security', name);
    execute format('revoke all on audit.%I from public', name);
    execute format('revoke update, delete, truncate on audit.%I from bulkhead_audit', name);
end
$$;

-- Make the partition of this month and of the months ahead; returns the names of those that are new.
create function audit.make_partitions(months_ahead integer default 2) returns setof text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '4s'
as $$
declare
    month timestamptz;
    name  text;
begin
    perform pg_advisory_xact_lock(hashtext('audit.make_partitions'));
    for month in
        select generate_series(
            date_trunc('month', now()), date_trunc('month', now()) + months_ahead * interval '1 month', '1 month'
        )
    loop
        name := 'entry_' || to_char(month, 'YYYY_MM');
        continue when to_regclass('audit.' || name) is not null;
        begin
            -- Attached, not made as a partition: that would wait for every writer of the log.
            execute format('create table audit.%I (like audit.entry including constraints)', name);
            execute format(
                'alter table audit.entry attach partition audit.%I for values from (%L) to (%L)',
                name, month, month + interval '1 month'
            );
        exception when check_violation then
            -- The default partition already holds entries of this month: they stay there, nothing is lost.
            raise warning 'audit: % is not made, the default partition holds entries of that month', name;
            continue;
        end;
        perform audit.close_partition(name);
        return next name;
    end loop;
end
$$;

create table audit.entry_default partition of audit.entry default;
select audit.close_partition('entry_default');
select audit.make_partitions(2);
