# One checkout, one set of commands. `make` alone explains them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
SERVICES := $(BIN)/python -m apps.core.services
STAMP := .venv/installed
RUN_OPTIONS = $(if $(PORT),--port $(PORT)) $(if $(filter command,$(firstword $(origin HOST))),--host $(HOST))
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt -c constraints.txt
PYTEST_OPTIONS ?=

# What needs a prepared database or the settings that lead to one.
CHECKS = $(BIN)/python -m mypy \
	&& $(BIN)/python manage.py check --fail-level WARNING \
	&& $(BIN)/python manage.py makemigrations --check --dry-run \
	&& $(BIN)/python manage.py check_templates \
	&& $(BIN)/python manage.py lint_walls

.PHONY: help run stop reset logs status shell test check bench pins

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP) ## Start everything; Ctrl-C stops it. PORT=8000 HOST=127.0.0.1
	@exec $(SERVICES) run $(RUN_OPTIONS)

stop: $(STAMP) ## Stop what `make run` started in another terminal
	@$(SERVICES) stop

reset: $(STAMP) ## Delete all data of this checkout; asks first, or YES=1
	@$(SERVICES) reset $(if $(filter 1 yes,$(YES)),--yes)

logs: $(STAMP) ## Follow all logs
	@exec $(SERVICES) logs

status: $(STAMP) ## Show what runs and whether it works
	@$(SERVICES) status

shell: $(STAMP) ## Open a Python shell inside the application
	@exec $(SERVICES) shell

test: $(STAMP) ## Run all tests in parallel on a throw-away cluster. PYTEST_OPTIONS="-k name"
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_OPTIONS)

check: $(STAMP) ## Style, types, floors, migrations, templates, walls
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/lint-imports
	$(SERVICES) with-cluster -- bash -euo pipefail -c '$(CHECKS)'

bench: $(STAMP) ## Measure against baselines. ONLY="posting lag"
	$(SERVICES) with-cluster -- python -m benchmarks $(ONLY)

pins: ## Renew constraints.txt from requirements.txt in a fresh environment
	rm -rf .venv/pins && $(PYTHON) -m venv .venv/pins
	.venv/pins/bin/pip install --quiet -r requirements.txt
	(sed -n '/^#/p' constraints.txt; .venv/pins/bin/pip freeze) > constraints.new && mv constraints.new constraints.txt
	rm -rf .venv/pins

.venv: $(STAMP)

# The stamp is written last, so that an interrupted install is done again and a finished one never.
$(STAMP): requirements.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Bulkhead needs Python 3.11 or newer; name it with PYTHON=python3.11"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf .venv && $(PYTHON) -m venv .venv; } || \
		{ echo "Python's venv is missing (Debian: apt install python3-venv)"; exit 1; }
	@echo "Installing the pinned requirements into .venv (once, some 300 MB) …"
	@if [ -t 1 ]; then $(INSTALL) | awk '/^Collecting/ {sub(/[<>=!~;,].*/, "", $$2); printf "\r\033[K  %d  %s", ++n, $$2; fflush()} END {print ""}'; \
		else $(INSTALL) --quiet; fi
	@touch $@
