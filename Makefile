# Everything sets itself up: no target needs another one to be called first. Targets: make help
# ARGS goes to the program that a target runs:  make demo ARGS=--exit   make test ARGS='-k money'

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
# What one process of a run has compiled, the next one need not.
export PYTHONDONTWRITEBYTECODE :=
ARGS ?=
# Four processes of pytest on two cores, for tests wait more than they work; the tests of a file stay in one, in their order. What stays
# together besides, and begins first so that none is waited for at the end, is in tests/spread.py.
SPREAD := -n 4 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test cover check bench bench-peers matrix hijack story-runaway story-hijack story-fleet crewai build sbom lint style types imports found lock clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## set up, start Podium, answer with a local model, replay traffic, leave the console open
	@scripts/setup demo
	@$(BIN)/podium demo $(ARGS)

test: ## set up, then lint, types, import rules and the whole test suite
	@scripts/setup test
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest $(SPREAD) $(ARGS)

cover: ## the whole test suite with coverage, its processes' included; takes twice as long
	@scripts/setup test
	$(BIN)/python -m pytest $(SPREAD) --cov --cov-report=term:skip-covered $(ARGS)

check: ## set up, then the quick part of `make test`: no browser, no crashes, no model, no packages
	@scripts/setup test
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest $(SPREAD) -m 'not browser and not crash and not model and not ship' $(ARGS)

story-runaway: ## set up, then the story of an agent that loops: warned, paused, judged in the browser, resumed at 10%
	@scripts/setup test
	$(BIN)/python -m pytest tests/stories/test_runaway.py -rA $(ARGS)

bench: ## set up, then the measurements, each of which prints its figures
	@scripts/setup bench
	@for script in bench/startup.py bench/proxies.py bench/latency.py bench/scaling.py bench/soak.py bench/overload.py bench/kill9.py bench/grants.py bench/budget.py bench/identity.py; do \
	  echo "== $$script"; $(BIN)/python $$script $(ARGS); done

bench-peers: ## set up, then CPU per call of Podium, Envoy, LiteLLM's proxy and Portkey's gateway
	@scripts/setup peers
	@$(BIN)/python bench/peers.py $(ARGS)

matrix: ## set up, then every SDK against every provider's format, as a table in docs/matrix.md
	@scripts/setup test
	@$(BIN)/python scripts/matrix.py $(ARGS)

hijack: ## set up, then hijacked agents against the tool gateway: the table of what they get done (ARGS=--decision is quick)
	@scripts/setup test
	@$(BIN)/python -m tests.hijack $(ARGS)

story-hijack: ## set up, then the story of a poisoned document and a decoy, told line by line, in a real browser
	@scripts/setup test
	@$(BIN)/python -m pytest -s tests/stories/test_hijack.py $(ARGS)

story-fleet: ## set up, then the story of a pipeline over three agents: one works, one loops and is ended, one asks
	@scripts/setup test
	@$(BIN)/python -m pytest -s tests/stories/test_fleet.py $(ARGS)

crewai: ## set up, then a crew of CrewAI's, in an environment of its own (870 MB), against a real Podium
	@scripts/setup crewai
	@PODIUM_TEST_CREWAI=$(CURDIR)/.venv-crewai/bin/python $(BIN)/python -m pytest tests/app/test_crewai.py -rA $(ARGS)

build: ## set up, then wheel, sdist and their checksums in dist/
	@scripts/build $(ARGS)

sbom: ## set up, then the bill of materials and the list of licences in dist/; fails on a licence that may not ship
	@scripts/setup build
	@$(BIN)/python scripts/sbom.py $(ARGS)

lint: ## code style, types and import rules, at the same time; and the tests are found, and compiled for their processes
	@$(MAKE) --no-print-directory -j --output-sync style types imports found

style:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

found:
	@$(BIN)/python -m pytest --collect-only -q >/dev/null || $(BIN)/python -m pytest --collect-only -q

lock: ## resolve pyproject.toml into requirements/*.txt (ARGS=--upgrade for the newest versions)
	@scripts/setup test
	@scripts/lock $(ARGS)

clean: ## remove what these targets made, but no state of Podium's
	rm -rf .venv .venv-peers .setup.lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage build dist
