.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
BROWSER_TESTS := $(wildcard tests/browser/test_*.py)

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read name text; do printf '  make %-9s %s\n' "$$name" "$$text"; done

install: $(VENV)/.installed ## Make .venv and install the server into it

run: $(VENV)/.installed ## Start a development server on 127.0.0.1:8080, with its data in var/errand.db
	@mkdir -p var
	@ERRAND_CONFIG=$${ERRAND_CONFIG:-development} exec $(BIN)/errand serve

test: $(VENV)/.test $(if $(BROWSER_TESTS),browser) ## Run all tests, on SQLite and on a Postgres of their own
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.check ## Check style, types and the direction of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config setup.cfg

demo: $(VENV)/.examples ## Run 20 orders through a server with two workers and show the path of each
	@$(BIN)/python -m examples.order.demo

bench: $(VENV)/.test ## Measure tasks per second on SQLite and Postgres
	@$(BIN)/python -m benchmarks.run $(ARGS)

profile: $(VENV)/.test ## Show where the time of a fetch and a completion goes
	@$(BIN)/python -m benchmarks.profile $(ARGS)

.PHONY: help install run test check demo bench profile browser

# A venv without pip is what Debian makes when python3-venv is not installed: pip then comes from its own installer.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/it")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null && $(PYTHON) -m venv $(VENV) \
	|| { $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -c "$$INSTALL_PIP" | $(BIN)/python - --quiet; } \
	|| { echo 'No virtual environment could be made. On Debian: apt-get install python3-venv'; rm -rf $(VENV); exit 1; }

define INSTALL_PIP
import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen("https://bootstrap.pypa.io/get-pip.py").read())
endef
export INSTALL_PIP

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
