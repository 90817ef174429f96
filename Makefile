# make run     open the playground (PORT=8600 make run: on that port)
# make test    check and test everything, in a real browser too
# make test-all  the same and what takes minutes: every address, nginx, servers that are killed
# make bench   measure; apart from the tests
# make fuzz    search for texts that break something, for 15 minutes (SECONDS=60 make fuzz: for one); apart from the tests
# make format  lay the code out
# make pictures  take README's pictures from the running app

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$python; break; fi; done)
BIN := .venv/bin
# Processes help each other to the end. Before a browser they wait half of the time, for what moves or is drawn.
SIDE_BY_SIDE := --numprocesses 2 --dist worksteal
BEFORE_BROWSERS = --numprocesses $(BROWSERS) --dist worksteal
BROWSERS := 3
# Two browsers beside each other may keep one waiting: what failed has to pass alone.
AGAIN = $(BIN)/pytest --last-failed --last-failed-no-failures none

.PHONY: run test test-all bench fuzz format pictures

# Generated programs are the same in each `make test`; pytest by itself makes new ones.
test test-all: export CI := true
# What was compiled is kept, whatever a shell says: some thirty processes of Python would each compile all of it anew.
test test-all: export PYTHONDONTWRITEBYTECODE :=
test-all: ALL := -m ""
test-all: BROWSERS := 2

run: .venv/.run
	$(BIN)/streamlit run playground --server.address localhost $(if $(PORT),--server.port $(PORT))

test test-all: .venv/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/browser/chrome.py
	$(BIN)/python -m tests.deploy.nginx
	$(BIN)/pytest $(SIDE_BY_SIDE) $(ALL) --ignore tests/browser
	$(BIN)/pytest $(BEFORE_BROWSERS) $(ALL) tests/browser || $(AGAIN) $(ALL) tests/browser

bench: .venv/.test
	$(BIN)/python tests/browser/chrome.py
	$(BIN)/python -m tests.deploy.nginx
	$(BIN)/pytest tests/benchmarks --capture=no --timeout=600

fuzz: .venv/.fuzz
	$(BIN)/python -m tests.fuzz -max_total_time=$(or $(SECONDS),900) -print_final_stats=1

pictures: .venv/.test
	$(BIN)/python tests/browser/chrome.py
	$(BIN)/python -m docs.pictures

format: .venv/.test
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The stamps are older than pyproject.toml when what has to be installed may have changed.
.venv/.run: pyproject.toml
	@python="$(PYTHON)"; test -n "$$python" || { echo "The playground needs Python 3.11 or newer: install one, or name it with 'make run PYTHON=/path/to/python3.11'." >&2; exit 1; }; \
	$$python -m venv .venv
	$(BIN)/pip install --editable .
	@touch $@

.venv/.test: .venv/.run
	$(BIN)/pip install --editable '.[test]'
	@touch $@

.venv/.fuzz: .venv/.test
	$(BIN)/pip install --editable '.[fuzz]'
	@touch $@
