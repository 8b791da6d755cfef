"""Runs every benchmark and prints a table for each."""

from bench import reading, rendering, shaming

for module in (reading, rendering, shaming):
    module.main()
