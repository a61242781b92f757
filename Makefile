# `make` prints help. Everything runs in .venv, which is made when it is first needed.

PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
SUBMISSIONS ?= examples/submissions
OUT ?= results
BENCH ?=
COURSE := grader_config.yaml $(shell find assignment solutions tests/cases -type f -not -path '*/.*' -not -path '*/__pycache__/*' 2>/dev/null) $(wildcard .autograder-secret requirements.txt)
PACKAGE := $(shell find autograder -type f -not -name '*.pyc' 2>/dev/null)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# numpy's OpenBLAS starts a thread for each core, which small arrays only wait for.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help grade regrade release bundle example-class test check format bench requirements clean FORCE

help: ## print this help
	@echo "make grade     grade $(SUBMISSIONS) (or SUBMISSIONS=folder) into $(OUT) (or OUT=folder)"
	@echo "make regrade   after a change of the course: grade again what is in OUT, show who changes, and let it count"
	@echo "make release   build what students get: dist/release/ and dist/release.zip"
	@echo "make bundle    build what grading needs: dist/autograder.zip"
	@echo "make example-class   write a made-up class of 24, as Canvas would give it, into dist/example-class"
	@echo "make check     quick checks before a commit: format, lint, types, import contracts, fast tests"
	@echo "make test      every test"
	@echo "make bench     what a submission costs, beside otter, nbgrader and the floor (BENCH=--quick: a look; BENCH=--help)"
	@echo "make format    format the code"
	@echo "make clean     remove what was built"
	@echo "make requirements   compile requirements/*.txt and the package's own anew (needs uv)"

$(VENV)/runtime: autograder/platform/requirements.txt pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { echo "Python 3.11 or later is needed, and there is no $(PYTHON): install it, or name it: make grade PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1): install a newer one, or name it: make grade PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python has no venv: install it (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Installing into $(VENV) (once; about a minute) …"
	@"$(PYTHON)" -m venv $(VENV)
	@$(PIP) install --require-hashes -r autograder/platform/requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements/dev.txt
	@echo "Installing what tests need into $(VENV) (once) …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# What everything is built from, by content: a restored secret or a removed file changes no time that make would see.
SOURCES = $(shell printf '%s' '$(sort $(COURSE) $(PACKAGE))' | cat - $(sort $(COURSE) $(PACKAGE)) 2>/dev/null | cksum)

dist/.sources: FORCE
	@mkdir -p dist
	@printf '%s' '$(SOURCES)' | cmp -s - $@ || printf '%s' '$(SOURCES)' > $@

dist/release.zip: dist/.sources $(VENV)/runtime
	@$(BIN)/autograder release

# The release has just been proved by running it, and the bundle is made of the same sources.
dist/autograder.zip: dist/release.zip
	@$(BIN)/autograder bundle --no-prove

release: dist/release.zip ## build what students get

bundle: dist/autograder.zip ## build what grading needs

grade: dist/autograder.zip ## grade a folder of submissions
	@$(BIN)/autograder grade -b dist/autograder.zip "$(SUBMISSIONS)" -o "$(OUT)"

regrade: dist/autograder.zip ## grade OUT again with what the course is now
	@$(BIN)/autograder regrade -b dist/autograder.zip --apply -o "$(OUT)"

example-class: $(VENV)/runtime ## a made-up class of 24, as Canvas would give it
	@rm -rf dist/example-class
	@$(BIN)/python examples/make_class.py dist/example-class --students 24 --seed 7 --as canvas

test: $(VENV)/dev dist/autograder.zip ## every test
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev ## quick checks before a commit
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q -n auto -m "not slow"

format: $(VENV)/dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

$(PEERS)/bench: requirements/bench.txt | $(VENV)/runtime
	@echo "Installing what we are compared with into $(PEERS) (once; about a minute) …"
	@"$(PYTHON)" -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/bench.txt
	@touch $@

bench: $(VENV)/runtime $(PEERS)/bench ## what a submission costs
	@$(BIN)/python -m benchmarks $(BENCH)

requirements:
	cd requirements && for set in runtime:../autograder/platform/requirements dev:dev bench:bench; do \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet $${set%%:*}.in -o $${set#*:}.txt; \
	done

clean:
	rm -rf dist build results *.egg-info
