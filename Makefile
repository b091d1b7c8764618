# Everything below sets itself up; no other step is needed.
SHELL := /bin/bash
PYTHON := .venv/bin/python
READY := .venv/.ready
# Tests start many processes, and each would compile all of Hall anew.
export PYTHONDONTWRITEBYTECODE =
# What needs no machine of its own, and may run side by side.
FAST := not slow and not browser and not lab and not soak
# Every branch of the core must be tried, by its own tests: to measure it makes them twice as slow.
# Lab tests wait more than they work, so there may be more of them than cores. A browser gives up
# what it loads when a network card comes or goes, as the lab's do: its tests have a turn of their own.
SIDE_BY_SIDE := -n 8 --dist loadgroup

.PHONY: help demo serve test soak check lint format bench schema lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: $(READY) ## run Hall with simulated servers and print the addresses to open
	@$(PYTHON) -m hall demo

serve: $(READY) ## run Hall with config/domains.json
	@$(PYTHON) -m hall serve

test: $(READY) node_modules/.ready ## every test: units, pages, browser, lab
	@bash .ci/parts \
	  packages "bash .ci/packages" \
	  scripts "bash .ci/node npm test --silent" \
	  core "$(PYTHON) -m pytest -n 4 tests/core --cov=hall.core --cov-report=term:skip-covered \
	    --cov-fail-under=100" \
	  pytest "$(PYTHON) -m pytest $(SIDE_BY_SIDE) -m 'not browser' --ignore=tests/core" \
	  browser "$(PYTHON) -m pytest -n 3 --dist loadgroup -m browser"

# How often each is done in `make soak`; `make test` does the same things a few times.
soak: export HALL_HISTORIES ?= 20000
soak: export HALL_CYCLES ?= 500
soak: export HALL_STOPS ?= 200
soak: export HALL_HOUSES ?= 1000
soak: export HALL_LOSSES ?= 1000
soak: export HALL_KILLS ?= 1000
soak: $(READY) ## the long proofs: the same tests, thousands of times; some hours
	@bash .ci/packages
	$(PYTHON) -m pytest $(SIDE_BY_SIDE) -m soak --timeout 36000

check: lint ## format, lint, types, layers, fast tests: under a minute
	$(PYTHON) -m pytest -q -n 5 -m "$(FAST)"
	bash .ci/node npm test --silent

lint: $(READY) node_modules/.ready ## what needs no test: format, lint, types, layers
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	bash .ci/node npm run types --silent

format: $(READY) ## mend what can be mended
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: $(READY) ## measure, beside comparators: some forty minutes
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
	@bash .ci/node npm ci --include=dev --no-audit --no-fund --silent
	@touch $@
