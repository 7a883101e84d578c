"""Documents as values, written as PDF and DOCX: values in, bytes out."""
