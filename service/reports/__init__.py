"""Documents made from values: tables, workbooks and JSON; nothing here queries."""
