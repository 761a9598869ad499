-- Nobody decides on a bank account that they proposed, by whatever road (books.md 44): who acts is read from the
-- signed context, which SQL from the application's role cannot forge.
create function public.parties_keep_bank_account() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
    actor jsonb := tenancy.current_actor();
    actor_id uuid := (actor ->> 'id')::uuid;
    decision constant text[] := array['state', 'decided_by', 'decided_by_label', 'decided_at', 'decision_reason', 'version'];
begin
    if tg_op = 'INSERT' then
        if new.state <> 'proposed' or new.proposed_by is distinct from actor_id
           or new.proposed_principal is distinct from (actor ->> 'principal_id')::uuid
        then
            raise exception 'a bank account begins as a proposal in one''s own name' using errcode = '42501';
        end if;
        if actor ->> 'kind' not in ('person', 'agent', 'system') then
            raise exception 'people propose bank accounts' using errcode = '42501';
        end if;
        return new;
    end if;
    if (to_jsonb(new) - decision) <> (to_jsonb(old) - decision) then
        raise exception 'what a bank account says does not change' using errcode = 'BH001';
    end if;
    if old.state = 'confirmed' and new.state = 'replaced' then
        if (to_jsonb(new) - array['state', 'version']) <> (to_jsonb(old) - array['state', 'version']) then
            raise exception 'a decision does not change' using errcode = 'BH001';
        end if;
        return new;
    end if;
    if old.state <> 'proposed' or new.state not in ('confirmed', 'rejected', 'withdrawn') then
        raise exception 'no such transition' using errcode = 'BH002';
    end if;
    if new.decided_by is distinct from actor_id then
        raise exception 'one decides in one''s own name' using errcode = '42501';
    end if;
    if new.state = 'withdrawn' then
        return new;
    end if;
    if actor ->> 'kind' not in ('person', 'system') then
        raise exception 'people decide on bank accounts' using errcode = '42501';
    end if;
    if actor_id = old.proposed_by or actor_id is not distinct from old.proposed_principal then
        raise exception 'nobody decides on their own proposal' using errcode = '42501';
    end if;
    return new;
end
$$;

create trigger parties_keep_bank_account before insert or update on parties_bankaccount
    for each row execute function public.parties_keep_bank_account();
