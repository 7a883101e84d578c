"""Judged land as maps: values in, HTML out; nothing here reads a database or knows Flask."""
