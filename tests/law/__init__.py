"""The judgement of contracts, tested against the law and against a second reading of it."""
