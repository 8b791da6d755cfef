"""Runs every benchmark and prints a table for each."""

from bench import live, reading, rendering, shaming

for module in (reading, live, rendering, shaming):
    module.main()
