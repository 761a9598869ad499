-- A payment is posted when it is made: it is voided once and changes in no other way (books.md 27).
create function public.payments_keep_posted() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.state = 'void' and (new.state, new.voided_on, new.voided_at, new.void_reason)
        is distinct from (old.state, old.voided_on, old.voided_at, old.void_reason)
    then
        raise exception 'a void payment stays void' using errcode = 'BH002';
    end if;
    if new.state = 'void' and new.voided_at is null then
        raise exception 'a void payment says when' using errcode = 'BH002';
    end if;
    return new;
end
$$;

create trigger payments_keep_posted before update on payments_payment
    for each row execute function public.payments_keep_posted();

-- A run that was released or cancelled stays so, and its rows say how they went once.
create function public.payments_keep_run() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.state <> 'draft' then
        raise exception 'a run that ended stays as it ended' using errcode = 'BH002';
    end if;
    if new.state = 'released' and (new.released_by is null or new.released_by in (old.created_by, old.changed_by)) then
        raise exception 'a run is released by somebody else than its maker' using errcode = 'BH002';
    end if;
    return new;
end
$$;

create trigger payments_keep_run before update on payments_paymentrun
    for each row execute function public.payments_keep_run();

create function public.payments_keep_row() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if old.state = 'paid' then
        raise exception 'what was paid stays paid' using errcode = 'BH002';
    end if;
    if new.state = 'paid' and new.payment_id is null then
        raise exception 'what is paid has a payment' using errcode = 'BH002';
    end if;
    return new;
end
$$;

create trigger payments_keep_row before update on payments_paymentrunrow
    for each row execute function public.payments_keep_row();

revoke all on function public.payments_keep_posted(), public.payments_keep_run(), public.payments_keep_row()
    from public;

revoke update on payments_payment, payments_paymentrun, payments_paymentrunrow, payments_bankstatement,
    payments_bankline from bulkhead_app;
grant update (state, voided_on, voided_at, void_reason, note, version) on payments_payment to bulkhead_app;
grant update (state, note, changed_by, released_by, released_by_label, released_at, version) on payments_paymentrun
    to bulkhead_app;
grant update (state, reason, payment_id) on payments_paymentrunrow to bulkhead_app;
grant update (new_lines, known_lines) on payments_bankstatement to bulkhead_app;
grant update (state, payment_id, is_payment_made, reason, version) on payments_bankline to bulkhead_app;
