# Every command of the project; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(shell command -v $(p) >/dev/null 2>&1 && $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
# What is passed on to the command: make dev ARGS="--port 8010".
ARGS ?=
PYTEST_WORKERS ?= 2

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name it with make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "making the environment in $(VENV): about a minute, this once …" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: $(VENV)/.installed ## make the environment from the lock file

.PHONY: dev
dev: $(VENV)/.installed ## run the whole product; ARGS="--port 8010 --data DIR"
	@exec $(BIN)/skillprofile dev $(ARGS)

.PHONY: test
test: $(VENV)/.installed ## run every test; ARGS="-k word" picks some
	@exec $(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(ARGS)

.PHONY: bench
bench: $(VENV)/.installed ## measure the API beside hand-written routes; ARGS="--sizes --writes --community --live --mail --page --soak"
	@exec $(BIN)/python -m tests.benchmarks $(ARGS)

.PHONY: faults
faults: $(VENV)/.installed ## run the whole product through every fault and balance the books; ARGS="--seed 7"
	@exec $(BIN)/python -m tests.faults $(ARGS)

.PHONY: check
check: $(VENV)/.installed ## format, lint, types, import rules, schema snapshot, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m service.api.snapshot --check schema.graphql
	$(BIN)/skillprofile migrate --check

.PHONY: migration
migration: $(VENV)/.installed ## write the next migration from the models; NAME="add guidance"
	@exec $(BIN)/python -m service.cli.drafting "$(NAME)"

.PHONY: format
format: $(VENV)/.installed ## format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: messages
messages: $(VENV)/.installed ## gather the texts of the pages into the catalogues of their languages
	$(BIN)/python -m service.web.catalogues

.PHONY: schema
schema: $(VENV)/.installed ## write schema.graphql anew
	$(BIN)/python -m service.api.snapshot schema.graphql

.PHONY: lock
lock: $(VENV)/.installed ## write the lock files anew from pyproject.toml (needs uv in the environment)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK_OPTIONS) pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --extra embedded --group dev pyproject.toml --output-file requirements-dev.lock
LOCK_OPTIONS := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate
