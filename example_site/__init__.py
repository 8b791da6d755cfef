"""A small blog with guest posts, to see commentkit at work: `python -m example_site`, or `make run`."""
