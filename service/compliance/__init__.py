"""The checker: pure functions of columns, law and date; no database, web, geometry or clock."""
