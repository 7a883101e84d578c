"""The report of an audit run, as a document and as a workbook."""
