-- Roles of the cluster. Run as an administrator; running it again changes nothing.
-- Passwords and CONNECT are given by bootstrap.py, because they differ by installation.
do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('bulkhead_owner',      'nologin noreplication'),
            ('bulkhead_audit',      'nologin noreplication'),
            ('bulkhead_migrator',   'login noreplication'),
            ('bulkhead_app',        'login noreplication'),
            ('bulkhead_reader',     'login noreplication'),
            ('bulkhead_ask',        'login noreplication'),
            ('bulkhead_sealer',     'login noreplication'),
            ('bulkhead_relay',      'login replication')
        ) as roles(name, attributes)
    loop
        if not exists (select from pg_roles where rolname = wanted.name) then
            execute format('create role %I', wanted.name);
        end if;
        execute format(
            'alter role %I %s nosuperuser nobypassrls nocreaterole nocreatedb noinherit',
            wanted.name, wanted.attributes
        );
    end loop;
end
$$;

grant bulkhead_owner, bulkhead_audit to bulkhead_migrator with inherit false, set true;
-- One owner gives tables of the audit schema to the other, so that a migration can make both.
alter role bulkhead_app set lock_timeout = '10s';
alter role bulkhead_app set idle_in_transaction_session_timeout = '60s';
alter role bulkhead_reader set default_transaction_read_only = on;
alter role bulkhead_reader set statement_timeout = '15s';
alter role bulkhead_ask set default_transaction_read_only = on;
alter role bulkhead_ask set statement_timeout = '10s';
alter role bulkhead_migrator set lock_timeout = '4s';
