-- What happened is written down in the transaction in which it happened, for whoever asked to be told.
-- The function runs as the owner, because a caller that is bound to one customer sees no endpoints; its policies
-- show the owner one tenant at a time, that of the signed context.
create policy webhooks_endpoint_outbox on webhooks_endpoint as permissive for select to bulkhead_owner
    using (tenant_id = (select tenancy.current_tenant()));
create policy webhooks_endpoint_outbox_wall on webhooks_endpoint as restrictive for select to bulkhead_owner
    using (tenant_id = (select tenancy.current_tenant()));
create policy webhooks_event_outbox on webhooks_event as permissive for insert to bulkhead_owner
    with check (tenant_id = (select tenancy.current_tenant()));
create policy webhooks_event_outbox_wall on webhooks_event as restrictive for insert to bulkhead_owner
    with check (tenant_id = (select tenancy.current_tenant()));
create policy webhooks_delivery_outbox on webhooks_delivery as permissive for insert to bulkhead_owner
    with check (tenant_id = (select tenancy.current_tenant()));
create policy webhooks_delivery_outbox_wall on webhooks_delivery as restrictive for insert to bulkhead_owner
    with check (tenant_id = (select tenancy.current_tenant()));

-- Arguments of the trigger: what the record is called ('column:kind' takes it from a column), the column that holds
-- its state ('' for none), the columns that are told.
create function public.webhooks_note() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    tenant constant uuid := tenancy.current_tenant();
    subject constant text := tg_argv[0];
    state_column constant text := tg_argv[1];
    told constant text[] := string_to_array(tg_argv[2], ',');
    happened jsonb[];
begin
    -- Nearly always nobody asked: the look costs a few microseconds.
    if not exists (select from webhooks_endpoint e where e.tenant_id = tenant and e.state = 'active') then
        return null;
    end if;
    if tg_op = 'INSERT' then
        happened := array(select jsonb_build_object('verb', 'created', 'row', to_jsonb(n)) from new_rows n);
    else
        happened := array(
            select jsonb_build_object('verb', case
                when to_jsonb(n) ->> state_column is distinct from to_jsonb(o) ->> state_column
                    then to_jsonb(n) ->> state_column
                else 'changed' end, 'row', to_jsonb(n))
            from new_rows n join old_rows o on o.id = n.id
            where n is distinct from o
        );
    end if;
    with named as materialized (
        select uuidv7() as id, h -> 'row' as is_now,
               case when subject like 'column:%' then h -> 'row' ->> substr(subject, 8) else subject end
                   || '.' || (h ->> 'verb') as type
        from unnest(happened) h
    ),
    wanted as (
        select n.id, n.is_now, n.type, e.id as endpoint_id
        from named n
        join webhooks_endpoint e on e.tenant_id = tenant and e.state = 'active'
            and e.events && array[n.type, '*', split_part(n.type, '.', 1) || '.*']
    ),
    noted as (
        insert into webhooks_event (tenant_id, id, type, subject_id, data, occurred_at)
        select distinct on (w.id) tenant, w.id, w.type, (w.is_now ->> 'id')::uuid,
               (select jsonb_object_agg(p.key, p.value) from jsonb_each(w.is_now) p where p.key = any(told)), now()
        from wanted w
    )
    insert into webhooks_delivery
        (tenant_id, id, endpoint_id, event_id, state, attempts, next_at, last_error, created_at)
    select tenant, uuidv7(), w.endpoint_id, w.id, 'waiting', 0, now(), '', now() from wanted w;
    return null;
end
$$;

revoke all on function public.webhooks_note() from public;

-- Which endpoints have something to be told? For the sweeper, which goes round all tenants of the database.
create policy webhooks_delivery_registry on webhooks_delivery for select to bulkhead_owner using (true);

create function tenancy.due_deliveries() returns table (tenant_id uuid, endpoint_id uuid)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select d.tenant_id, d.endpoint_id
    from webhooks_delivery d
    where (select (tenancy.context()).actor_kind) = 'system'
      and d.state = 'waiting' and d.next_at <= clock_timestamp()
    group by d.tenant_id, d.endpoint_id
    order by min(d.next_at)
    limit 200
$$;

revoke all on function tenancy.due_deliveries() from public;
grant execute on function tenancy.due_deliveries() to bulkhead_app;
