-- Which jobs wait for a worker? For the sweeper, which goes round all tenants of the database.
create policy jobs_job_registry on jobs_job for select to bulkhead_owner using (true);

create function tenancy.due_jobs(before timestamptz) returns table (tenant_id uuid, job_id uuid)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    -- Fair by tenant: each tenant's oldest first, one round after the other.
    select j.tenant_id, j.id
    from jobs_job j
    where (select (tenancy.context()).actor_kind) = 'system'
      and j.finished_at is null
      and ((j.state = 'queued' and j.created_at < before) or (j.state = 'running' and j.lease_until < clock_timestamp()))
    order by row_number() over (partition by j.tenant_id order by j.created_at), j.created_at
    limit 100
$$;

revoke all on function tenancy.due_jobs(timestamptz) from public;
grant execute on function tenancy.due_jobs(timestamptz) to bulkhead_app;
