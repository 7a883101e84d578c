"""Files read into typed columns and shapes, with every issue told; no database."""
