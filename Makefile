# All targets that developers, operators and CI use. `make help` lists them.

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
# Each test process has its own functions or local cloud.
PARALLEL := --numprocesses 2 --dist worksteal
# Writes a command's output to a log file, and prints the end of it if the command fails.
LOG_OUTPUT = > .local/$(1).log 2>&1 || { tail -n 15 .local/$(1).log; echo "make: $(1) failed; the full output is in .local/$(1).log" >&2; exit 1; }

.PHONY: help
help: ## List all targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables of make up:"
	@echo "  PORT, AWS_PORT, CLOUDINARY_PORT, COMFYUI_PORT  ports"
	@echo "  DATA            data folder"
	@echo "  CONCURRENCY     number of requests that the functions process concurrently"
	@echo "  CLOUDINARY_URL  a real account instead of the emulator"
	@echo "  COMFYUI_URL     a real ComfyUI host instead of the stand-in"
	@echo "Variables of make contract:"
	@echo "  URL             the API to test"
	@echo "  TOKEN           an administrator's token"
	@echo "  HARDENED=1      the API's contract mode is hardened"
	@echo "  SAFE=1          only tests that are safe for a deployment in use"
	@echo "Variables of make build: RUNTIME, ARCHITECTURE"
	@echo "Variables of make deploy and make url: ENVIRONMENT, PARAMETERS (deploy only)"
	@echo "Variables of make bench: SAMPLES"

# --- Run ---------------------------------------------------------------------

.PHONY: up
up: .aws-sam/local/template.yaml ## Start the local cloud, with the API on http://localhost:8000
	@exec python -m local

.PHONY: clean-data
clean-data: ## Delete the data of the local cloud
	rm -rf .local/data

# --- Check -------------------------------------------------------------------

# Test runs are parallel themselves; the targets before them run in parallel here.
.PHONY: test
test: ## Lint and run all tests, like CI
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint browser .aws-sam/local/template.yaml
	@$(MAKE) --no-print-directory test-unit test-e2e test-hardened

.PHONY: lint
lint: lint-code lint-types lint-template lint-security ## Check code, types, the template and its security

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
test-unit: .venv/installed ## Run unit and contract tests without network access
	pytest $(PARALLEL) tests/unit tests/contract

.PHONY: test-e2e
test-e2e: .aws-sam/local/template.yaml browser ## Run end-to-end, contract and browser tests on separate local clouds
	pytest $(PARALLEL) --cloud tests/e2e tests/contract tests/browser

.PHONY: test-hardened
test-hardened: .aws-sam/local/template.yaml ## Run contract tests on a local cloud with production parameters
	pytest $(PARALLEL) --cloud --hardened tests/e2e/test_production.py tests/contract

.PHONY: contract
contract: .venv/installed ## Run contract tests against the API at URL and report each point
	@pytest --url $(URL) $(if $(TOKEN),--admin-token $(TOKEN)) $(if $(HARDENED),--hardened) \
		$(if $(SAFE),-m safe) tests/contract

.PHONY: mutate
mutate: .venv/installed ## Check that the contract tests detect every mutant
	@python -m tests.mutants

.PHONY: test-browser
test-browser: .aws-sam/local/template.yaml browser ## Run only the browser tests of the studio
	pytest tests/browser

.PHONY: browser
browser: ## Install Chromium for the browser tests if apt-get is permitted
	@command -v chromium chromium-browser google-chrome > /dev/null || { mkdir -p .local \
		&& { apt-get update && apt-get install --yes --no-install-recommends chromium fonts-liberation; } \
			> .local/browser.log 2>&1; } \
		|| echo "make: no Chromium, and apt-get cannot install it (see .local/browser.log): browser tests are skipped" >&2

.PHONY: test-long
test-long: .aws-sam/local/template.yaml ## Run slow tests: faults, kills, single permissions, load and new fuzz examples
	pytest tests/long
	pytest $(PARALLEL) --hypothesis-profile new -m hypothesis tests/unit

# --- Measure -----------------------------------------------------------------

SAMPLES ?= 10
# The import path of the functions on Lambda, and the repository.
BENCH := PYTHONPATH=functions:layers/darkroom:. python -m bench --samples $(SAMPLES)

.PHONY: bench
bench: .aws-sam/local/template.yaml ## Measure cold starts, calls, memory and time against budgets
	@$(BENCH)

.PHONY: bench-long
bench-long: .aws-sam/local/template.yaml ## Run the benchmark with a table of 100,000 stories too
	@$(BENCH) --long

# --- Build -------------------------------------------------------------------

.PHONY: build
build: .venv/installed ## Build the artifacts for AWS, compiled for RUNTIME and ARCHITECTURE
	TARGET=lambda RUNTIME=$(RUNTIME) ARCHITECTURE=$(ARCHITECTURE) sam build \
		--parameter-overrides Runtime=$(RUNTIME) Architecture=$(ARCHITECTURE)

.PHONY: deploy
deploy: .venv/installed ## Deploy the build to ENVIRONMENT, with PARAMETERS="Name=value ..."
	python -m ops.deploy $(ENVIRONMENT) $(PARAMETERS)

.PHONY: url
url: .venv/installed ## Print the URL of ENVIRONMENT
	@python -m ops.deploy --url $(ENVIRONMENT)

.aws-sam/local/template.yaml: .venv/installed $(SOURCES)
	@echo "Building the stack for this machine ..."
	@mkdir -p .local
	@TARGET=local sam build --config-env local --parameter-overrides Runtime=$(LOCAL_RUNTIME) \
		$(call LOG_OUTPUT,build)

.PHONY: openapi
openapi: .venv/installed ## Generate the OpenAPI document and the studio's limits from the groups' code
	PYTHONPATH=functions:layers/darkroom python -m ops.openapi > .local/openapi.json
	PYTHONPATH=functions:layers/darkroom python -m ops.studio_limits > .local/limits.js
	mv .local/openapi.json functions/home/openapi.json
	mv .local/limits.js functions/home/studio/limits.js

# --- Environment -------------------------------------------------------------

.PHONY: lock
lock: .venv/installed ## Update and pin all dependencies, with hashes
	for name in requirements-dev layers/{darkroom,docs,jwt,media,web}/requirements local/ministack/requirements security/requirements; do \
		constraint=$$([[ $$name == layers/* ]] && echo "--constraint requirements-dev.txt"); \
		[[ $$name == layers/docs/* ]] && constraint+=" --no-deps"; \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-annotate --upgrade $$constraint $$name.in --output-file $$name.txt || exit 1; done

define VENV
$(PYTHON) -m venv $(1) && $(1)/bin/pip install --quiet --no-deps --requirement $(2)
endef

# MiniStack has a separate environment, since it runs the functions with its own interpreter.
.venv/installed: requirements-dev.txt local/ministack/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: Darkroom requires Python 3.11 or newer, for example: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing the tools (once, one to two minutes) ..."
	@mkdir -p .local
	@{ $(call VENV,.venv-ministack,local/ministack/requirements.txt) & \
		$(call VENV,.venv,requirements-dev.txt) && wait $$!; } \
		$(call LOG_OUTPUT,install)
	@touch $@

# The scanners pin older versions of packages that the other tools require.
.venv-security/installed: security/requirements.txt
	@echo "Installing the scanners (once, half a minute) ..."
	@mkdir -p .local
	@{ $(call VENV,.venv-security,security/requirements.txt); } $(call LOG_OUTPUT,install-security)
	@touch $@
