-- Documents from before there were tax categories: their lines' categories, and the subtotals they always had.
-- The owner sees rows by policies of its own, for these statements only.
create policy backfill on invoices_line to bulkhead_owner using (true) with check (true);
create policy backfill on invoices_taxsubtotal to bulkhead_owner using (true) with check (true);
alter table invoices_line disable trigger user;
update invoices_line set tax_category = case when tax_rate > 0 then 'S' else 'Z' end;
alter table invoices_line enable trigger user;
insert into invoices_taxsubtotal (
    tenant_id, id, invoice_id, position, category, rate, base_minor, tax_minor, exemption_reason, exemption_code
)
select tenant_id, uuidv7(), invoice_id, row_number() over (partition by tenant_id, invoice_id order by tax_rate),
       tax_category, tax_rate, sum(net_minor), round(sum(net_minor) * tax_rate / 100), '', ''
from invoices_line group by tenant_id, invoice_id, tax_category, tax_rate;
drop policy backfill on invoices_line;
drop policy backfill on invoices_taxsubtotal;
