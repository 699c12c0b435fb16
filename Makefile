# Works with GNU make 3.81 (macOS) and newer, Python 3.11 or newer.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
LANGUAGES := en
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links
# One line that counts while pip works; its warnings and errors come through on standard error.
PIP := set -o pipefail; PYTHONUNBUFFERED=1 $(PYTHON) -m pip install --disable-pip-version-check --progress-bar off
COUNT := awk '/^(Collecting|Processing|Requirement already satisfied)/ { printf "\r  %d packages found", ++n; fflush() } \
	/^Installing collected/ { printf "\r  %d packages found, installing…", n; fflush() } END { print "" }'

.PHONY: help
help: ## show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(VENV)/.runtime ## set up .venv if needed and start the demo
	@exec $(PYTHON) -m portal run --demo $(ARGS)

.PHONY: test
test: $(VENV)/.tools ## set up .venv with the test tools if needed and run the tests
	@$(PYTHON) -m pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: $(VENV)/.tools ## style, types and layers
	@failed=; for check in "ruff check ." "ruff format --check ." mypy lint-imports; do \
		$(BIN)/$$check || failed="$$failed  $$check"; done; \
	[ -z "$$failed" ] || { echo "Not clean:$$failed" >&2; exit 1; }

.PHONY: dev
dev: $(VENV)/.runtime ## the portal with file watcher, developer toolbar and full errors, on your own data
	@PORTAL_ENV=development exec $(BIN)/streamlit run streamlit_app.py --server.address 127.0.0.1 \
		--server.port $${PORTAL_PORT:-8501} --server.fileWatcherType auto --server.allowRunOnSave true \
		--server.runOnSave true --client.showErrorDetails full --client.toolbarMode developer --logger.hideWelcomeMessage false

.PHONY: bench
bench: $(VENV)/.tools ## print the published figures; ARGS="--documents 100000" those of that many documents only
	@$(PYTHON) -m benchmarks.render
	@$(PYTHON) -m benchmarks $(ARGS)

.PHONY: nightly
nightly: $(VENV)/.tools ## the long tests into docs/nightly.md; ARGS=kills runs the parts with that word in their title
	@$(PYTHON) -m benchmarks.nightly $(ARGS)

.PHONY: messages
messages: $(VENV)/.runtime ## collect the Spanish sentences and update the catalogs of the other languages
	@mkdir -p portal/locale
	@$(BIN)/pybabel -q extract -F pyproject.toml -k Text --no-location --sort-output -o $(VENV)/portal.pot \
		--project "Portal de clientes" --copyright-holder "The Portal de clientes contributors" .
	@set -e; for language in $(LANGUAGES); do \
		verb="update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date"; [ -e portal/locale/$$language/LC_MESSAGES/portal.po ] || verb=init; \
		$(BIN)/pybabel -q $$verb -D portal -i $(VENV)/portal.pot -d portal/locale -l $$language; done

.PHONY: requirements
requirements: $(VENV)/.tools ## pin the packages again; ARGS=--upgrade takes the newest
	@$(COMPILE) requirements.in -o requirements.txt $(ARGS)
	@$(COMPILE) requirements-dev.in -o requirements-dev.txt $(ARGS)

.PHONY: clean
clean: ## take the virtual environment and the tools' caches away; data/var stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.PHONY: tools
tools: $(VENV)/.tools

$(VENV)/.tools: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing the test tools…"
	@$(PIP) -r requirements-dev.txt | $(COUNT)
	@touch $@

$(VENV)/.runtime: requirements.txt $(PYTHON)
	@echo "Installing the portal's packages (once, a minute or two)…"
	@$(PIP) -r requirements.txt | $(COUNT)
	@touch $@

$(PYTHON):
	@for python in python3.13 python3.12 python3.11 python3 python; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then missing=$$python; continue; fi; \
		echo "Making $(VENV) with $$($$python --version)…"; exec $$python -m venv $(VENV); \
	done; \
	if [ -n "$$missing" ]; then echo "$$missing lacks its venv module: run  apt-get install python3-venv"; \
	else echo "The portal needs Python 3.11 or newer:  apt-get install python3 python3-venv  or  brew install python"; fi >&2; \
	exit 1
