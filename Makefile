# The one front door: every target that people and CI use. `make help` explains them.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= python3
RUNTIME ?= python3.13
ARCHITECTURE ?= arm64
URL ?= http://localhost:8000

BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1

SOURCES := $(shell find functions layers -type f -not -name '*.pyc') template.yaml samconfig.toml
LOCAL_RUNTIME = $(shell $(BIN)/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
# Each process has functions, or a whole local cloud, of its own.
PARALLEL := --numprocesses 2 --dist worksteal
QUIETLY = > .local/$(1).log 2>&1 || { tail -n 15 .local/$(1).log; echo "make: $(1) failed; all it said is in .local/$(1).log" >&2; exit 1; }

.PHONY: help
help: ## Explain every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make up takes PORT, AWS_PORT, CLOUDINARY_PORT, COMFYUI_PORT (where things listen), DATA"
	@echo "  (the folder of its data), CONCURRENCY (how many requests the functions work on at once),"
	@echo "  CLOUDINARY_URL (a real account in place of the emulator) and"
	@echo "  COMFYUI_URL (a real ComfyUI in place of the stand-in);"
	@echo "  make contract takes URL (of the API to ask), TOKEN (an administrator's), HARDENED=1 (its mode)"
	@echo "  and SAFE=1 (nothing but what harms no deployment in use);"
	@echo "  make build takes RUNTIME and ARCHITECTURE."

# --- Run ---------------------------------------------------------------------

.PHONY: up
up: .aws-sam/local/template.yaml ## Bring the whole local cloud up, API on http://localhost:8000
	@exec python -m local

.PHONY: clean-data
clean-data: ## Forget what the local cloud has stored
	rm -rf .local/data

# --- Check -------------------------------------------------------------------

# Tests use both cores themselves; what goes before them does not.
.PHONY: test
test: ## Lint and every test: what CI runs
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint browser .aws-sam/local/template.yaml
	@$(MAKE) --no-print-directory test-unit test-e2e test-hardened

.PHONY: lint
lint: lint-code lint-types lint-template lint-security ## Linters, types, the template and its security

.PHONY: lint-code
lint-code: .venv/installed
	ruff format --check .
	ruff check .

.PHONY: lint-types
lint-types: .venv/installed
	mypy .

.PHONY: lint-template
lint-template: .venv/installed
	sam validate --lint

.PHONY: lint-security
lint-security: .venv/installed .venv-security/installed
	python -m security.scan
	.venv-security/bin/zizmor --quiet --offline --min-severity medium .github
	.venv-security/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*
	.venv-security/bin/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yaml

.PHONY: test-unit
test-unit: .venv/installed ## Unit and contract tests, no network
	pytest $(PARALLEL) tests/unit tests/contract

.PHONY: test-e2e
test-e2e: .aws-sam/local/template.yaml browser ## The contract and more over HTTP, and the studio in Chromium, on a local cloud of the tests' own
	pytest $(PARALLEL) --cloud tests/e2e tests/contract tests/browser

.PHONY: test-hardened
test-hardened: .aws-sam/local/template.yaml ## The contract over HTTP on the production environment, where every group asks for a token
	pytest $(PARALLEL) --cloud --hardened tests/e2e/test_production.py tests/contract

.PHONY: contract
contract: .venv/installed ## Ask an API at a URL whether it holds the contracts, point by point
	@pytest --url $(URL) $(if $(TOKEN),--admin-token $(TOKEN)) $(if $(HARDENED),--hardened) \
		$(if $(SAFE),-m safe) tests/contract

.PHONY: mutate
mutate: .venv/installed ## Break one point at a time, and see that the contract's tests tell
	@python -m tests.mutants

.PHONY: test-browser
test-browser: .aws-sam/local/template.yaml browser ## The studio alone
	pytest tests/browser

.PHONY: browser
browser: ## Chromium for the studio's tests, where apt-get may install it
	@command -v chromium chromium-browser google-chrome > /dev/null || { mkdir -p .local \
		&& { apt-get update && apt-get install --yes --no-install-recommends chromium fonts-liberation; } \
			> .local/browser.log 2>&1; } \
		|| echo "make: no Chromium, and apt-get cannot install it (.local/browser.log): browser tests are skipped" >&2

.PHONY: test-long
test-long: .aws-sam/local/template.yaml ## What takes long: faults and kills, single permissions, many requests, new examples
	pytest tests/long
	pytest $(PARALLEL) --hypothesis-profile new -m hypothesis tests/unit

# --- Measure -----------------------------------------------------------------

SAMPLES ?= 10
# What the functions find on Lambda, they find here.
BENCH := PYTHONPATH=functions:layers/darkroom:. python -m bench --samples $(SAMPLES)

.PHONY: bench
bench: .aws-sam/local/template.yaml ## Measure cold starts, calls, memory and time against their budgets
	@$(BENCH)

.PHONY: bench-long
bench-long: .aws-sam/local/template.yaml ## The same with a table of 100,000 stories
	@$(BENCH) --long

# --- Build -------------------------------------------------------------------

.PHONY: build
build: .venv/installed ## Build what is deployed to AWS: compiled for RUNTIME and ARCHITECTURE
	TARGET=lambda RUNTIME=$(RUNTIME) ARCHITECTURE=$(ARCHITECTURE) sam build \
		--parameter-overrides Runtime=$(RUNTIME) Architecture=$(ARCHITECTURE)

.PHONY: deploy
deploy: .venv/installed ## Deploy what was built to ENVIRONMENT, with PARAMETERS="Name=value ..."
	python -m ops.deploy $(ENVIRONMENT) $(PARAMETERS)

.PHONY: url
url: .venv/installed ## Tell where ENVIRONMENT answers
	@python -m ops.deploy --url $(ENVIRONMENT)

.aws-sam/local/template.yaml: .venv/installed $(SOURCES)
	@echo "Building the stack for this machine ..."
	@mkdir -p .local
	@TARGET=local sam build --config-env local --parameter-overrides Runtime=$(LOCAL_RUNTIME) \
		$(call QUIETLY,build)

.PHONY: openapi
openapi: .venv/installed ## Write the API's document anew, from what the groups say of themselves
	PYTHONPATH=functions:layers/darkroom python -m ops.openapi > .local/openapi.json
	mv .local/openapi.json functions/home/openapi.json

# --- Environment -------------------------------------------------------------

.PHONY: lock
lock: .venv/installed ## Pin every dependency anew, with hashes
	for name in requirements-dev layers/{darkroom,docs,jwt,media,web}/requirements local/ministack/requirements security/requirements; do \
		constraint=$$([[ $$name == layers/* ]] && echo "--constraint requirements-dev.txt"); \
		[[ $$name == layers/docs/* ]] && constraint+=" --no-deps"; \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-annotate --upgrade $$constraint $$name.in --output-file $$name.txt || exit 1; done

define VENV
$(PYTHON) -m venv $(1) && $(1)/bin/pip install --quiet --no-deps --requirement $(2)
endef

# The emulator has an environment of its own: it runs the functions with its interpreter.
.venv/installed: requirements-dev.txt local/ministack/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: Darkroom needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing the tools (a minute or two, once) ..."
	@mkdir -p .local
	@{ $(call VENV,.venv-ministack,local/ministack/requirements.txt) & \
		$(call VENV,.venv,requirements-dev.txt) && wait $$!; } \
		$(call QUIETLY,install)
	@touch $@

# The scanners pin older versions of what the other tools need.
.venv-security/installed: security/requirements.txt
	@echo "Installing the scanners (half a minute, once) ..."
	@mkdir -p .local
	@{ $(call VENV,.venv-security,security/requirements.txt); } $(call QUIETLY,install-security)
	@touch $@
