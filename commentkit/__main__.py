"""`python -m commentkit` is the command line."""

from commentkit.cli import main

main()
