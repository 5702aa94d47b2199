# The commands a person needs: run, test. The others are what these two are made of.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# Tests wait for browsers, servers and other processes more than they compute: more of them than there are cores.
TEST_PROCESSES ?= 4
.DEFAULT_GOAL := help

.PHONY: help setup setup-dev run test check demo lock translations bench

help:
	@echo "make run     set everything up and start eventkit"
	@echo "make test    set everything up and run all checks and tests"
	@echo "make check   ruff, mypy and djlint only"
	@echo "make demo    load a believable data set"
	@echo "make bench   print the speed ratios"

setup: $(VENV)/run.stamp
setup-dev: $(VENV)/dev.stamp

# One line says what is missing; nothing else has to be done by hand.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "eventkit needs $(PYTHON): apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "eventkit needs Python 3.11 or newer; this is `$(PYTHON) --version`" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "eventkit needs the venv module: apt install python3-venv" >&2; exit 1; }
	@echo "Making the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	@echo "Installing the locked dependencies ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m tools.compile_translations
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing the locked dependencies for tests ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m tools.compile_translations
	@touch $(VENV)/run.stamp $@

run: setup
	@exec $(BIN)/flask --app app serve

demo: setup
	@$(BIN)/flask --app app db upgrade >/dev/null
	@$(BIN)/flask --app app demo

check: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint --check --lint --quiet templates

test: check
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

bench: setup-dev
	@$(BIN)/python -m bench.announcements
	@$(BIN)/python -m bench.feeds
	@$(BIN)/python -m bench.rsvps

# Strings for translators, and their catalogues made current.
translations: setup-dev
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k _l --no-location --sort-output --project eventkit --copyright-holder "the eventkit contributors" -o eventkit/translations/messages.pot .
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete -i eventkit/translations/messages.pot -d eventkit/translations
	@$(BIN)/python -m tools.compile_translations

# Needs uv (https://docs.astral.sh/uv/); only whoever changes a dependency runs it.
lock:
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header -c requirements.txt requirements-dev.in -o requirements-dev.txt
