"""Runs every benchmark and prints a table for each."""

from bench import reading, rendering

for module in (reading, rendering):
    module.main()
