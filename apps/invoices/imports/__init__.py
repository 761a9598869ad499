"""Bring invoices in from files: read, decide by rule, write in batches, report on every row."""
