.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check
BROWSER_TESTS := $(wildcard tests/browser/test_*.py)

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read name text; do printf '  make %-9s %s\n' "$$name" "$$text"; done

install: $(VENV)/.installed ## Make .venv and install the server into it

run: $(VENV)/.installed ## Start a development server on 127.0.0.1:8080, with its data in var/errand.db
	@mkdir -p var
	@ERRAND_CONFIG=$${ERRAND_CONFIG:-development} exec $(BIN)/errand serve

test: $(VENV)/.test $(VENV)/.check $(if $(BROWSER_TESTS),browser) ## Run all tests, on SQLite and on a Postgres of their own
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.check ## Check style, types and the direction of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python docs/package_maps.py --check

fix: $(VENV)/.check ## Mend what can be mended by a program: style, order of imports, maps of packages
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/python docs/package_maps.py

demo: $(VENV)/.examples ## Run 20 orders through a server with two workers and show the path of each
	@$(BIN)/python -m examples.order.demo

bench: $(VENV)/.test ## Measure tasks per second on SQLite and Postgres
	@$(BIN)/python -m benchmarks.run $(ARGS)

profile: $(VENV)/.test ## Show where the time of a fetch and a completion goes
	@$(BIN)/python -m benchmarks.profile $(ARGS)

docs: $(VENV)/.installed ## Write the tables that the manuals take from the application
	@$(BIN)/python docs/camunda_table.py

.PHONY: help install run test check fix demo bench profile docs browser

# Debian's Python makes no virtual environment when python3-venv is not installed.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/it")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	&& apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null; } || true
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	echo 'No virtual environment could be made. On Debian: apt-get install python3-venv'; exit 1; }

$(VENV)/.installed: setup.cfg setup.py | $(BIN)/python
	@echo 'Installing into $(VENV) …'
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test $(VENV)/.check $(VENV)/.examples: $(VENV)/.%: $(VENV)/.installed
	@echo 'Installing what make $* needs …'
	@$(PIP) --editable '.[$*]'
	@touch $@

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y chromium >/dev/null; } \
	|| echo 'No Chromium and no way to install it: the browser tests will fail. On Debian: apt-get install chromium'
