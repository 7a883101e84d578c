"""The pages: each view parses, asks one question and presents the answer."""
