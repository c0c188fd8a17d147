# First Minutes: every target sets up what it needs in a local virtual environment.
# Needed: a Python from 3.11 on (3.11 to 3.14 are tried), and make. uv is used when it is there; plain pip does otherwise.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
UV := $(shell command -v uv 2>/dev/null)

.PHONY: demo test quick lint verify names pages baseline browser chromium mutants matrix api changelog sbom review lock clean help

help:
	@echo "make demo      compare two policies on the high school (50 paired runs) -> demo-results/"
	@echo "make test      format, lint, types, imports and the fast tests"
	@echo "make quick     the tests of the rooms that changed since main, in under a minute"
	@echo "make browser   the tests in a real Chromium (installs Debian's chromium if it is missing)"
	@echo "make verify    the statistical tests, then docs/verification.md and docs/validation.md"
	@echo "make pages     docs/parameters.md and the made parts of docs/ODD.md and docs/development.md, anew"
	@echo "make names     sim/given/names.py: names of levers and parameters as types that mypy checks"
	@echo "make baseline  what tests/baseline/ keeps, anew: after a change that is meant to change results"
	@echo "make mutants   50 mutations drawn with a seed (SEED=1, or "1 2"): do the tests notice?"
	@echo "make matrix    the other Pythons and Mesas on this machine, and the built wheel on its own"
	@echo "make api       the reference of all public names -> build/api/"
	@echo "make changelog what a release would add to CHANGELOG.md (VERSION=1.2.3 writes it)"
	@echo "make review    sp-repo-review and REUSE (needs pipx); make sbom: the bill of materials"
	@echo "make clean     remove everything that these targets made"

# --- set-up: runs once, and again when the lock or the project file changes -------------------

$(BIN)/python:
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh tests/tools/make_venv.sh

# What a demo and a test run need.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@VENV="$(VENV)" sh tests/tools/install.sh requirements.lock
	@touch $@

# The browser driver and Mesa's live page on top.
$(VENV)/.installed-browser: requirements-browser.lock $(VENV)/.installed
	@VENV="$(VENV)" sh tests/tools/install.sh requirements-browser.lock
	@touch $@

# What writes the reference of public names and the changelog.
$(VENV)/.installed-docs: requirements-docs.lock $(VENV)/.installed-browser
	@VENV="$(VENV)" sh tests/tools/install.sh requirements-docs.lock
	@touch $@

# --- what people call --------------------------------------------------------------------------

# The first run of seed 4 is one that the policies change: the threat is not over when officers arrive.
demo: $(VENV)/.installed
	$(BIN)/firstminutes compare --building high-school --policies immediate-entry,perimeter-1999 \
	  --runs 50 --seed 4 --out demo-results

lint: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint $(VENV)/.installed-browser
	$(RUN) -m pytest -n 2 -m "not browser and not slow" --cov --cov-report=term:skip-covered

BASE ?= main
quick: $(VENV)/.installed-browser
	$(BIN)/ruff check .
	$(RUN) -m tests.tools.quick $(BASE)

chromium:
	@sh tests/tools/install_chromium.sh

browser: $(VENV)/.installed-browser chromium
	$(RUN) -m pytest -m browser

verify: $(VENV)/.installed
	$(RUN) -m pytest -n 2 -m slow
	$(RUN) -m pytest -n 2 -m "hypothesis and not slow and not browser" --hypothesis-profile=explore
	$(BIN)/firstminutes verify --output docs/verification.md
	$(BIN)/firstminutes validate --output docs/validation.md

names: $(VENV)/.installed
	$(RUN) -m tests.tools.write_names

pages: $(VENV)/.installed
	$(RUN) -m experiments.evidence.odd
	$(BIN)/firstminutes parameters --output docs/parameters.md
	$(RUN) -m tests.tools.rooms

baseline: $(VENV)/.installed
	$(RUN) -m tests.baseline.runs
	$(RUN) -m tests.baseline.walks

SEED ?= 1
N ?= 50
mutants: $(VENV)/.installed-browser
	$(RUN) tests/tools/mutants.py --seed $(SEED) --number $(N)

matrix: $(VENV)/.installed
	$(RUN) tests/tools/matrix.py

# The reference of all public names, from their docstrings.
api: $(VENV)/.installed-docs
	$(BIN)/pdoc --docformat numpy --no-show-source --output-directory build/api \
	  firstminutes buildings sim '!sim.app' experiments '!experiments.evidence' '!experiments.study.warm'

# Without VERSION only what it would write.
changelog: $(VENV)/.installed-docs
	$(BIN)/towncrier build $(if $(VERSION),--yes --version $(VERSION),--draft --version NEXT)

# What a release is made of, as CycloneDX, from the locked environment.
sbom: $(VENV)/.installed
	mkdir -p build
	pipx run --spec cyclonedx-bom cyclonedx-py environment $(VENV) --output-file build/sbom.json

# What others measure repositories by; needs pipx.
review:
	pipx run 'sp-repo-review[cli]' .
	pipx run reuse lint

# One lock for every system and every Python; it names versions only, so plain pip reads it too.
LOCK := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --quiet \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --group test --group lint
lock:
	@test -n "$(UV)" || { echo "make lock needs uv; install it, or edit requirements.lock by hand."; exit 1; }
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group browser --extra live --constraint requirements.lock --output-file requirements-browser.lock

clean:
	rm -rf $(VENV) .venv-matrix build dist demo-results *.egg-info .coverage .coverage.* .pytest_cache .mypy_cache \
	  .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
