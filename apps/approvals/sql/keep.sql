-- What was asked for and what was decided stays as it was, whoever writes (books.md 49 to 51).

-- Whether the decisions of a request are enough for one of its levels; `rules.is_met` in SQL.
create function public.approvals_level_met(request approvals_request, wanted integer) returns boolean
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    with level as (select request.levels -> (wanted - 1) as terms),
    given as (
        select d.stands_for from approvals_decision d
        where d.tenant_id = request.tenant_id and d.request_id = request.id
          and d.level = wanted and d.verdict = 'approve'
    )
    select case when level.terms ->> 'rule' = 'all' then
        exists (select from given where '*' = any (given.stands_for))
        or not exists (
            select from jsonb_array_elements_text(level.terms -> 'approvers') named(name)
            where not exists (select from given where named.name = any (given.stands_for))
        )
    else
        (select count(*) from given) >= (level.terms ->> 'needed')::integer
    end
    from level
$$;

create function public.approvals_keep_request() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    changing text[] := array['state', 'level', 'waiting_for', 'ended_at', 'end_reason'];
begin
    if tg_op = 'DELETE' then
        raise exception 'a request is not deleted' using errcode = 'BH001';
    end if;
    if (to_jsonb(new) - changing) <> (to_jsonb(old) - changing) then
        raise exception 'what was asked for does not change' using errcode = 'BH001';
    end if;
    if new.state = old.state and old.state <> 'pending' then
        raise exception 'a request that has ended does not change' using errcode = 'BH001';
    end if;
    if not (old.state = 'pending' or (old.state = 'approved' and new.state = 'void')) then
        raise exception 'no such transition' using errcode = 'BH002';
    end if;
    if new.level < old.level then
        raise exception 'levels are passed in order' using errcode = 'BH002';
    end if;
    for passed in old.level .. new.level - 1 loop
        if not public.approvals_level_met(old, passed) then
            raise exception 'a level is passed by decisions alone' using errcode = 'BH002';
        end if;
    end loop;
    if new.state = 'approved' and old.state = 'pending' then
        if new.level < jsonb_array_length(old.levels) or not public.approvals_level_met(old, new.level) then
            raise exception 'only decisions approve' using errcode = 'BH002';
        end if;
    end if;
    if new.state = 'rejected' and not exists (
        select from approvals_decision d
        where d.tenant_id = old.tenant_id and d.request_id = old.id and d.verdict = 'reject'
    ) then
        raise exception 'only a decision rejects' using errcode = 'BH002';
    end if;
    return new;
end
$$;

create trigger approvals_keep_request before update or delete on approvals_request
    for each row execute function public.approvals_keep_request();

create function public.approvals_begin_request() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if new.state <> 'pending' or new.level <> 1 or jsonb_array_length(new.levels) < 1 then
        raise exception 'a request begins by waiting at its first level' using errcode = 'BH002';
    end if;
    return null;
end
$$;

-- After, not before: the walls speak first.
create trigger approvals_begin_request after insert on approvals_request
    for each row execute function public.approvals_begin_request();

-- Nobody approves what he created or last changed, by his own right or by another's (books.md 50). The row lock
-- makes two deciders, or a decision and a void, one after the other.
create function public.approvals_check_decision() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    request approvals_request;
    actor   jsonb := tenancy.current_actor();
begin
    select * into request from approvals_request r
    where r.tenant_id = new.tenant_id and r.id = new.request_id for update;
    if request.state is distinct from 'pending' or request.level <> new.level then
        raise exception 'nothing waits for a decision here' using errcode = 'BH002';
    end if;
    if actor ->> 'kind' is distinct from 'person' or (actor ->> 'id')::uuid is distinct from new.decided_by then
        raise exception 'a decision is made by the person who acts' using errcode = 'BH003';
    end if;
    if new.decided_by in (request.created_by, request.changed_by)
       or new.holder_id in (request.created_by, request.changed_by)
    then
        raise exception 'nobody decides on what he created or last changed' using errcode = 'BH003';
    end if;
    return null;
end
$$;

create trigger approvals_check_decision after insert on approvals_decision
    for each row execute function public.approvals_check_decision();

-- Versions and decisions are facts: added, never changed.
revoke update, delete on approvals_policyversion, approvals_decision from bulkhead_app;

revoke all on function public.approvals_level_met(approvals_request, integer), public.approvals_keep_request(),
    public.approvals_begin_request(), public.approvals_check_decision() from public;
grant execute on function public.approvals_level_met(approvals_request, integer) to bulkhead_app;
