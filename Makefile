# OSAC Share: every command a developer or an operator of the demo needs. `make` lists them.
#
# A machine with python3, pip and make is enough. Tools go into .tools, packages into .venv;
# every version and hash is in requirements/.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:

export UV_PYTHON_DOWNLOADS := never
# Certificates come from the system, so that a proxy which inspects TLS is trusted here too.
export UV_SYSTEM_CERTS := true

UV := .tools/bin/uv
BIN := .venv/bin
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
# The package with Node is fetched only where the machine has none.
NODE := $(if $(and $(shell command -v node),$(shell command -v npm)),,requirements/node.txt)
WORKERS ?= 2
T ?= tests

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- use ---------------------------------------------------------------------------------

demo: .venv/.base assets ## a complete installation with fictional people and reports
	@exec $(BIN)/osac-share demo

run: .venv/.base assets ## serve the pages of your own installation
	@exec $(BIN)/osac-share run

worker: .venv/.base ## run the consequences: search, matching, mail
	@exec $(BIN)/osac-share worker

# --- check -------------------------------------------------------------------------------

test: ready ## run every test; T=tests/search for some
	@$(BIN)/pytest -n $(WORKERS) $(T)

fast: .venv/.dev assets ## run the quick tests: no browser, nothing slow
	@$(BIN)/pytest -n $(WORKERS) --hypothesis-profile=fast -m "not browser and not slow" $(T)

browser: ready ## run the tests that drive a browser
	@$(BIN)/pytest -m browser $(T)

faults: ready ## run the tests that break things under the program
	@$(BIN)/pytest tests/faults

check: lint imports types ready ## everything that must hold before a change is merged
	@$(BIN)/pytest -n $(WORKERS)

lint: .venv/.dev ## check form, style and spelling
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/codespell

fix: .venv/.dev ## repair form and style where a tool can
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

imports: .venv/.dev ## check that imports run downwards only
	@$(BIN)/lint-imports --no-logo

types: .venv/.dev ## check the types
	@$(BIN)/mypy

docs: .venv/.dev ## check that the documentation names what exists, and nothing else
	@$(BIN)/pytest tests/laws/test_docs.py

bench: .venv/.dev assets wrk nginx ## measure speed against the named peers
	@$(BIN)/python benchmarks/run.py

figures: .venv/.dev assets ## count the claims that are not speeds
	@$(BIN)/python -m benchmarks.counting

# --- change ------------------------------------------------------------------------------

migration: .venv/.dev ## write a migration from the models: make migration m="what changes"
	@test -n "$(m)" || { echo 'Say what changes: make migration m="add a table of meetings"'; exit 2; }
	@$(BIN)/python -m tests.support.migration "$(m)"

requirements: $(UV) ## lock the dependencies of pyproject.toml anew; U=--upgrade for newer ones
	@$(COMPILE) $(U) --group dev --group build --group node pyproject.toml -o requirements/dev.txt
	@$(COMPILE) -c requirements/dev.txt pyproject.toml -o requirements/base.txt
	@$(COMPILE) -c requirements/dev.txt --group build -o requirements/build.txt
	@$(COMPILE) -c requirements/dev.txt --group node -o requirements/node.txt
	@$(COMPILE) $(U) --group uv -o requirements/uv.txt

clean: ## remove what was built and installed
	@rm -rf .venv .tools build dist static/vendor assets/node_modules
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- what the commands stand on ----------------------------------------------------------

ready: .venv/.dev assets chromium nginx

$(UV): requirements/uv.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OSAC Share needs Python 3.11 or newer.")'
	@echo "Fetching the installer ..."
	@python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check \
		--upgrade --target .tools --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.base: $(UV) requirements/base.txt requirements/build.txt $(NODE) pyproject.toml
	@echo "Installing OSAC Share ..."
	@$(UV) venv --quiet --allow-existing --python python3 .venv
	@rm -f .venv/.dev
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes requirements/base.txt requirements/build.txt $(NODE)
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@echo "Installing the developer tools ..."
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

assets: .venv/.base
	@$(BIN)/python assets/build.py

chromium wrk nginx:
	@command -v $@ > /dev/null || { test "$$(id -u)" = 0 && command -v apt-get > /dev/null \
		&& echo "Installing $@ ..." && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $@ > /dev/null; } \
		|| { echo "This needs $@. Install it (Debian, Ubuntu: sudo apt-get install $@) and try again."; exit 1; }

.PHONY: help demo run worker test fast browser faults check lint fix imports types docs bench \
	migration requirements clean ready assets chromium wrk nginx
