-- Stock is what its movements say (books.md 66). Movements are facts; this adds them up, and nothing else may.

-- Each movement begins where the one before ended; stock, lots and reservations follow. Statement by statement, so
-- that a thousand movements cost little more than one. Plans are made for the rows at hand: a plan made for one row
-- would walk the table for each of ten thousand.
create function public.catalog_book_movements() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
    stocks bigint;
    booked bigint;
begin
    if exists (
        select from new_rows n
        left join catalog_movement p
            on p.tenant_id = n.tenant_id and p.stock_id = n.stock_id and p.sequence = n.sequence - 1
        where (n.sequence <> 1 and p.id is null)
           or coalesce(p.on_hand_after, 0) + n.on_hand_change <> n.on_hand_after
           or coalesce(p.reserved_after, 0) + n.reserved_change <> n.reserved_after
           or coalesce(p.incoming_after, 0) + n.incoming_change <> n.incoming_after
           or coalesce(p.value_after_minor, 0) + n.value_minor <> n.value_after_minor
    ) then
        raise exception 'a movement begins where the one before ended' using errcode = 'BH003';
    end if;

    update catalog_stock s
    set on_hand = s.on_hand + c.on_hand, reserved = s.reserved + c.reserved, incoming = s.incoming + c.incoming,
        lotted = s.lotted + c.lotted, sequence = c.last
    from (
        select tenant_id, stock_id, count(*) as number, max(sequence) as last, sum(on_hand_change) as on_hand,
               sum(reserved_change) as reserved, sum(incoming_change) as incoming,
               coalesce(sum(on_hand_change) filter (where lot_id is not null), 0) as lotted
        from new_rows group by tenant_id, stock_id
    ) c
    where s.tenant_id = c.tenant_id and s.id = c.stock_id and s.sequence = c.last - c.number;
    get diagnostics booked = row_count;
    select count(distinct stock_id) into stocks from new_rows;
    if booked <> stocks then
        raise exception 'movements of a stock are numbered without a hole' using errcode = 'BH003';
    end if;

    if exists (
        select from new_rows n
        join catalog_lot l on l.tenant_id = n.tenant_id and l.id = n.lot_id
        join catalog_stock s on s.tenant_id = n.tenant_id and s.id = n.stock_id
        where l.product_id <> s.product_id
    ) then
        raise exception 'a lot is of the product that moves' using errcode = 'BH003';
    end if;
    update catalog_lotstock h set on_hand = h.on_hand + c.change
    from (select tenant_id, lot_id, stock_id, sum(on_hand_change) as change from new_rows
          where lot_id is not null group by tenant_id, lot_id, stock_id) c
    where h.tenant_id = c.tenant_id and h.lot_id = c.lot_id and h.stock_id = c.stock_id;
    get diagnostics booked = row_count;
    select count(distinct (lot_id, stock_id)) into stocks from new_rows where lot_id is not null;
    if booked <> stocks then
        raise exception 'a lot moves where it lies' using errcode = 'BH003';
    end if;

    update catalog_reservation r set quantity = r.quantity + c.change
    from (select tenant_id, reservation_id, stock_id, sum(reserved_change) as change from new_rows
          where reservation_id is not null group by tenant_id, reservation_id, stock_id) c
    where r.tenant_id = c.tenant_id and r.id = c.reservation_id and r.stock_id = c.stock_id;
    get diagnostics booked = row_count;
    select count(distinct (reservation_id, stock_id)) into stocks from new_rows where reservation_id is not null;
    if booked <> stocks then
        raise exception 'a reservation is of the stock that moves' using errcode = 'BH003';
    end if;
    return null;
end
$$;

create trigger catalog_book_movements after insert on catalog_movement
    referencing new table as new_rows for each statement execute function public.catalog_book_movements();

-- The application writes quantities by movements alone: a statement of its own stands at depth 1, the one of the
-- trigger above at depth 2. After the row, so that the wall judges first.
create function public.catalog_keep_quantities() returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if pg_trigger_depth() < 2 then
        raise exception 'quantities are written by movements' using errcode = 'BH003';
    end if;
    return null;
end
$$;

create trigger catalog_stock_begins_empty after insert on catalog_stock for each row
    when ((new.on_hand, new.reserved, new.incoming, new.lotted, new.sequence) is distinct from (0, 0, 0, 0, 0))
    execute function public.catalog_keep_quantities();
create trigger catalog_stock_kept after update on catalog_stock for each row
    when ((old.id, old.product_id, old.warehouse_id, old.on_hand, old.reserved, old.incoming, old.lotted, old.sequence)
          is distinct from
          (new.id, new.product_id, new.warehouse_id, new.on_hand, new.reserved, new.incoming, new.lotted, new.sequence))
    execute function public.catalog_keep_quantities();

create trigger catalog_lotstock_begins_empty after insert on catalog_lotstock for each row
    when (new.on_hand <> 0) execute function public.catalog_keep_quantities();
create trigger catalog_lotstock_kept after update on catalog_lotstock for each row
    execute function public.catalog_keep_quantities();

create trigger catalog_reservation_begins_empty after insert on catalog_reservation for each row
    when (new.quantity <> 0) execute function public.catalog_keep_quantities();
create trigger catalog_reservation_kept after update on catalog_reservation for each row
    execute function public.catalog_keep_quantities();

-- Facts stay.
revoke update on catalog_movement from bulkhead_app;
do $$
begin
    execute (
        select format('revoke update (%s) on catalog_movement from bulkhead_app', string_agg(quote_ident(attname), ', '))
        from pg_attribute where attrelid = 'catalog_movement'::regclass and attnum > 0 and not attisdropped
    );
end $$;

revoke all on function public.catalog_book_movements(), public.catalog_keep_quantities() from public;
