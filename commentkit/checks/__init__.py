"""What looks at a comment before it is settled: one module a check, and `run`, which asks them all at once."""
