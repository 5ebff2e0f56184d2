# Luoshi: `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help install lock audit assets demo run test test-slow fuzz check lint types layers migrations bench browser screenshots clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/.installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Luoshi needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

src/luoshi/web/static/vendor/.built: package.json package-lock.json tools/assets.py src/luoshi/web/icons.txt | .venv/.installed
	$(BIN)/python tools/assets.py

install: .venv/.installed src/luoshi/web/static/vendor/.built ## Set up .venv (with .venv/bin/luoshi) and the front-end assets

assets: ## Build the front-end assets again
	rm -f src/luoshi/web/static/vendor/.built
	$(MAKE) src/luoshi/web/static/vendor/.built

demo: install ## Run the demo city on an embedded PostgreSQL (prints address and log-ins)
	$(BIN)/luoshi demo

run: install ## Run Luoshi (web and worker) on the data in var/ or on LUOSHI_DATABASE_URL
	$(BIN)/luoshi run

test: install ## Run the tests
	$(BIN)/python -m pytest -n auto --dist worksteal -q

test-slow: install browser ## Run the slow tests: browser, kill, load
	$(BIN)/python -m pytest -q -m slow

fuzz: install ## Fuzz each reader by coverage (atheris), LUOSHI_FUZZ_S seconds each (30)
	$(BIN)/python -m pytest -q -m slow tests/fuzz/test_parsers.py -k coverage

browser: ## Install Chromium and a Chinese font (Debian, as root) for the browser tests
	@command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi 'cjk' || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null || echo "Install chromium and a Chinese font to run the browser tests."; }

screenshots: install browser ## Take the pictures in docs/screenshots anew, from the demo city
	$(BIN)/python tools/screenshots.py

check: install lint types layers migrations ## Lint, types, architecture, migrations, rulebooks

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

layers:
	$(BIN)/lint-imports

migrations:
	LUOSHI_SETTINGS=check $(BIN)/luoshi manage makemigrations --check --dry-run
	$(BIN)/luoshi rulebook check

bench: install ## Measure: engines, life cycle, pages (ratios in one run)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m bench

lock: ## Lock the requirements anew (names, versions and hashes only)
	for f in base dev bench helpdesk; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/$$f.in -o requirements/$$f.txt; done

audit: ## Ask the package index for known faults of the locked libraries (needs the network)
	$(BIN)/uv tool run --quiet pip-audit --disable-pip --require-hashes --progress-spinner off -r requirements/base.txt

clean: ## Remove what was built and the demo data
	rm -rf .venv node_modules var src/luoshi/web/static/vendor src/luoshi/web/staticfiles
