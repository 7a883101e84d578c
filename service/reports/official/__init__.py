"""The official documents of casework: from the facts of a case to a document, purely."""
