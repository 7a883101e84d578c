"""The rules: one file per family, columns in and columns out (`docs/rules.md`)."""
