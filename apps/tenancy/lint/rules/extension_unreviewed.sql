-- rule: extension_unreviewed
-- says: An extension is installed that nobody has reviewed; some read files or other servers past every wall.
-- cure: drop extension {object}; or add it to apps/tenancy/lint/allowances.py with the reason.
select extname, '' from pg_extension
