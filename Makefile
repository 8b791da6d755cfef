# Needs a POSIX shell and any make (GNU 3.81 as on macOS, BSD). `make` alone lists what there is.

PORT ?= 8000
PYTHON ?=
UV ?= uv
PYTEST_ARGS ?=
# a browser belongs to one file of tests, so a file stays with one worker
AT_ONCE ?= --numprocesses auto --maxprocesses 4 --dist loadfile

help:
	@echo "make install    .venv from the locked versions, with commentkit in it (PYTHON=python3.12 picks one)"
	@echo "make run        the example site on http://127.0.0.1:$(PORT)/ (PORT=9000 picks another)"
	@echo "make test       lint, types and tests; sets up the PostgreSQL and the browser they need"
	@echo "make test-long  the matrices and soaks that take minutes"
	@echo "make bench      the benchmarks"
	@echo "make browser    download a browser for the tests, where none is installed"
	@echo "make words      bring the catalogues of other languages up to date with the code"
	@echo "make lock       work out requirements.lock again (needs uv)"
	@echo "make clean      remove everything that these made"

install:
	@PYTHON="$(PYTHON)" exec sh tools/install

run: install
	@PORT="$(PORT)" exec .venv/bin/python -m example_site

lint: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

browser-here: install
	@exec sh tools/browser

test: lint browser-here
	.venv/bin/python -m pytest -m "not long" $(AT_ONCE) $(PYTEST_ARGS)

test-long: install browser-here
	.venv/bin/python -m pytest -m long --numprocesses 2 $(PYTEST_ARGS)

bench: install
	.venv/bin/python -m bench

browser: install
	.venv/bin/python -m playwright install chromium

words: install
	@exec sh tools/words

lock:
	$(UV) pip compile pyproject.toml --group dev --extra serve --extra postgres --universal --generate-hashes \
		--no-header --python-version 3.11 --quiet --output-file requirements.lock

clean:
	rm -rf .venv .run build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help install run lint browser-here test test-long bench browser words lock clean
