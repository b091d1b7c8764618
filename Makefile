# Everything below sets itself up; no other step is needed.
SHELL := /bin/bash
PYTHON := .venv/bin/python
READY := .venv/.ready
# What needs no machine of its own, and may run side by side.
FAST := not slow and not browser and not lab

.PHONY: help demo serve test check format bench schema lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## run Hall with simulated servers and print the addresses to open
	@$(PYTHON) -m hall demo

serve: $(READY) ## run Hall with config/domains.json
	@$(PYTHON) -m hall serve

test: $(READY) node_modules/.ready ## every test: units, pages, browser, lab
	@bash .ci/packages
	$(PYTHON) -m pytest -n 4 -m "$(FAST)" --cov --cov-report=
	$(PYTHON) -m pytest -m "not ($(FAST))" --cov --cov-append --cov-report=term:skip-covered
	$(PYTHON) -m coverage report --include='*/hall/core/*' --fail-under=100 > /dev/null
	bash .ci/node npm test --silent

check: $(READY) node_modules/.ready ## format, lint, types, layers, fast tests: under a minute
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	bash .ci/node npm run types --silent
	$(PYTHON) -m pytest -q -n 4 -m "$(FAST)"
	bash .ci/node npm test --silent

format: $(READY) ## mend what can be mended
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: $(READY) ## measure, beside comparators: some ten minutes
	@bash .ci/packages
	@$(PYTHON) -m bench

schema: $(READY) ## write config/domains.schema.json anew
	@$(PYTHON) -m hall schema > config/domains.schema.json

lock: $(READY) ## write the lock files anew: versions and hashes
	@bash .ci/lock

clean: ## forget the environments
	rm -rf .venv node_modules

$(READY): pyproject.toml requirements-dev.lock .ci/setup
	@bash .ci/setup

node_modules/.ready: package.json package-lock.json .ci/node $(READY)
	@bash .ci/node npm ci --no-audit --no-fund --silent
	@touch $@
