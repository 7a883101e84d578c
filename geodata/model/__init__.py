"""The pure vocabulary: codelists, attributes, columns and entities; no database, no GIS library."""
