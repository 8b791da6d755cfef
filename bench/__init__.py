"""Benchmarks: each a ratio against a ceiling or a peer, measured in the same run. `make bench` runs them all."""
