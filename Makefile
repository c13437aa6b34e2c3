SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up demo down urls logs ops nuke test deep check bench chaos fuzz year setup requirements openapi schemas mutants packages \
	dashboards takeover to-run

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.attune-ready
REQUIREMENTS := checkin streaks notifier cli dev
FAULTS ?= 30
KILLS ?= 10
CASES ?= 5000
SEED ?= 1
DO ?= doctor

# Python prefers the system's time zone data to the pinned wheel, unless its path is empty.
export PYTHONTZPATH :=

help:  ## Show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Run it

up: to-run $(READY)  ## Start everything, wait until it is ready, print the URLs
	@$(BIN)/python -m deploy.native up

demo: to-run $(READY)  ## Start everything with sixty days of a cast of couples to look around in (an empty site only)
	@$(BIN)/python -m deploy.native demo

down: $(READY)  ## Stop what make up started
	@$(BIN)/python -m deploy.native down

urls: $(READY)  ## Print where each part answers
	@$(BIN)/python -m deploy.native urls

logs: $(READY)  ## Follow the logs of all parts
	@$(BIN)/python -m deploy.native logs

ops: $(READY)  ## Look after the shards of what is up: make ops DO="doctor"
	@$(BIN)/python -m deploy.native ops $(DO)

nuke: $(READY)  ## Stop everything and delete its data, its logs and its keys
	@$(BIN)/python -m deploy.native nuke

##@ Work on it

check: $(READY)  ## Lint, format, types and layers: what CI checks, in seconds
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Two processes, for half of the time is waiting for servers.
test: setup  ## Run the whole suite; what needs a server starts a real one
	$(BIN)/pytest -n 2 --dist loadfile

deep: setup  ## The oracle of the rules on 10,000 random histories
	ATTUNE_DEEP=1 $(BIN)/pytest tests/oracle

mutants: setup  ## Plant known bugs in the rules, one at a time: a test must catch each
	$(BIN)/python -m tests.mutants.run

bench: setup  ## Measure throughput and latency
	$(BIN)/python tests/bench/run.py

fuzz: setup  ## Thousands of requests made up from the OpenAPI document (CASES=5000 SEED=1)
	$(BIN)/python -m tests.fuzz.run --cases $(CASES) --seed $(SEED)

year: $(READY)  ## A year of a thousand persons under the nudge policy: what was sent, held and dropped
	$(BIN)/python -m tests.year.run

chaos: setup  ## Break things while people check in, then audit the outcome (FAULTS=30)
	$(BIN)/python tests/chaos/run.py --faults $(FAULTS)

takeover: setup  ## Kill one of two workers again and again: how soon has the other all? (KILLS=10)
	$(BIN)/python -m tests.chaos.takeover --kills $(KILLS)

setup: packages $(READY)  ## Install what is missing: system packages, then .venv

openapi: $(READY)  ## Write services/checkin/openapi.json anew from the code
	$(BIN)/python -m tests.flow.openapi

dashboards: $(READY)  ## Write the pages and dashboards anew from the list of panels
	$(BIN)/python -m deploy.dashboards

schemas: $(READY)  ## Write shared/events.json and the webhooks' schema anew; refuses what the log could not be read with
	$(BIN)/python -m tests.schemas
	$(BIN)/python -m tests.webhook_schema

requirements: $(READY)  ## Pin the dependency groups anew in deploy/requirements
	$(BIN)/pip install -q uv
	for group in $(REQUIREMENTS); do \
		$(BIN)/uv pip compile -q pyproject.toml --group $$group --generate-hashes --no-strip-extras --python-version 3.11 \
			-o deploy/requirements/$$group.txt || exit 1; \
	done

packages:
	@deploy/native/install.sh

to-run:
	@deploy/native/install.sh to-run

$(READY): deploy/requirements/dev.txt pyproject.toml
	@deploy/native/install.sh to-run
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Attune needs Python 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing Python packages into .venv"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r deploy/requirements/dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
