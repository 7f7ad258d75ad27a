# Two commands matter: `make run` (or `make demo`) and `make test`. Both set up what they need, without root.
PYTHON ?= python3
BIN := .venv/bin
RELEASE := .release/bin
LOCK := $(BIN)/uv pip compile --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header --quiet

.PHONY: run demo test test-postgres check wheel sbom audit bench setup lock format clean-home messages

run: setup
	@$(BIN)/annexa serve

demo: setup
	@$(BIN)/annexa serve --demo

setup: .venv/.run-stamp node_modules/.stamp annexa/ui/static/ui/vendor/.stamp

test: setup .venv/.dev-stamp
	$(BIN)/pytest

# The same tests against the system's PostgreSQL instead of the embedded one; Debian: apt install postgresql-15.
POSTGRES ?= /usr/lib/postgresql/15/bin
test-postgres: setup .venv/.dev-stamp
	$(BIN)/python -m tests.postgres $(POSTGRES) $(TESTS)

check: setup .venv/.dev-stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m annexa.config.checks

format: .venv/.dev-stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One file to install anywhere: dist/annexa-*.whl, built with the locked tools and the locked browser packages.
wheel: setup
	$(BIN)/uv build --quiet --wheel --no-build-isolation --out-dir dist
	@ls dist/*.whl

# What a release is made of: every package with version, licence and hash (CycloneDX).
sbom: setup .release/.stamp
	@mkdir -p dist
	$(RELEASE)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o dist/annexa.cdx.json requirements/run.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm sbom --package-lock-only --omit dev --sbom-format cyclonedx > dist/annexa-browser.cdx.json
	@ls dist/*.cdx.json

# Known weaknesses of all locked packages. Asks the network, so it is no part of `make check`.
audit: setup .release/.stamp
	@$(BIN)/python .ci/audit.py

bench: setup .venv/.dev-stamp
	$(BIN)/python -m bench

# Lock files name no registry; they change only here.
lock: .venv/.uv-stamp
	$(LOCK) pyproject.toml --group node --group build -o requirements/run.txt
	$(LOCK) pyproject.toml --group node --group build --group dev -o requirements/dev.txt
	$(LOCK) --group release -o requirements/release.txt

.venv/.uv-stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Annexa needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 run")'
	@echo "Setting up the Python environment ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.run-stamp: .venv/.uv-stamp requirements/run.txt pyproject.toml
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev-stamp: .venv/.run-stamp requirements/dev.txt
	@echo "Installing the test tools ..."
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.stamp: .venv/.run-stamp package.json package-lock.json
	@echo "Installing the front-end packages ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

annexa/ui/static/ui/vendor/.stamp: node_modules/.stamp annexa/ui/assets.py annexa/ui/icons.txt
	@$(BIN)/python -m annexa.ui.assets
	@touch $@

.release/.stamp: .venv/.uv-stamp requirements/release.txt
	@$(BIN)/uv venv --quiet --clear .release
	@$(BIN)/uv pip install --quiet --python .release/bin/python --require-hashes -r requirements/release.txt
	@touch $@
