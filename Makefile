# Everything happens in .venv; the first target to need it makes it. See `make help`.

PYTHON ?= python3
TORCH_INDEX ?=
ARGS ?=
ARTICLES ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
STAMP := $(VENV)/.installed
PEERS := $(VENV)/.peers

.DEFAULT_GOAL := help
.PHONY: help run stop install compile test quick nightly test-compiled check format lint types audit generate screenshot screenshot-adjudication seeds bench bench-preannotation bench-scale bench-labeling bench-dataset bench-agreement bench-learning soak clean

help:  ## list the targets
	@echo "Targets (variables: PYTHON=python3.12, ARGS='options of the command', TORCH_INDEX=url):"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP)  ## install, then run the whole loop on the seed articles (annotate quickstart)
	@$(BIN)/annotate quickstart $(ARGS)

stop: $(STAMP)  ## stop the labeling server that `make run` left running
	@$(BIN)/annotate server stop

install: $(STAMP)  ## make .venv with every version that constraints.txt pins

# The pip that venv brings (23.x) crashes on this set of packages: upgrade it first.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] < (3, 14); sys.exit(None if ok else f"needs Python 3.11 to 3.13, not {sys.version.split()[0]}: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV): a few minutes at the first time"
	@$(PIP) install --quiet "pip==26.3"
ifneq ($(strip $(TORCH_INDEX)),)
	@$(PIP) install --quiet --index-url "$(TORCH_INDEX)" "$$(grep '^torch==' constraints.txt)"
endif
	@$(PIP) install --quiet --constraint constraints.txt --editable ".[server,dev]"
	@$(PIP) check
	@touch $(STAMP)

compile: $(STAMP)  ## exchange the installation in .venv for a compiled copy: faster pre-annotation (3 minutes, a C compiler)
	@echo "compiling: about 3 minutes"
	@ANNOTATE_COMPILE=1 PIP_CONSTRAINT=constraints.txt $(PIP) install --quiet --no-deps --force-reinstall .
	@echo "$(BIN)/annotate is compiled, and no longer follows the sources; back to them: $(BIN)/pip install --no-deps --editable ."

test: $(STAMP)  ## install, then run the whole test suite (at most 12 minutes on 2 cores)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

quick: $(STAMP)  ## run the tests that need no server, no browser and little time (under 90 s)
	@TEST_EXAMPLES=0.15 $(BIN)/python -m pytest -m "not server and not browser and not slow" --numprocesses 2 --dist worksteal $(ARGS)

nightly: $(STAMP)  ## faults of line, server and disk, 100,000 bad inputs, the compiled build, then the whole suite with more examples (hours; docs/reliability.md)
	@$(BIN)/python -m tests.faults.nightly --write docs/reliability.md $(ARGS)
	@$(MAKE) --no-print-directory test-compiled
	@TEST_EXAMPLES=5 TEST_STEPS=1 $(BIN)/python -m pytest --cache-clear --numprocesses 2 --dist loadgroup

test-compiled: $(STAMP)  ## run the tests of pre-annotation on the compiled build (5 minutes, a C compiler)
	@$(BIN)/python -m tests.bench.compiled

check: format lint types test  ## format, lint, types, then the whole test suite

format: $(STAMP)
	@$(BIN)/ruff format --check .

lint: $(STAMP)
	@$(BIN)/ruff check .

types: $(STAMP)
	@$(BIN)/mypy

audit: $(STAMP)  ## ask the public databases about known holes in the pinned packages (needs the network)
	@$(PIP) install --quiet --constraint constraints.txt pip-audit
	@$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict --progress-spinner off $(ARGS)

generate: $(STAMP)  ## write the generated files again: schemas, word forms, emoji, help, figures
	@$(BIN)/python -m tests.generated

screenshot: $(STAMP)  ## draw docs/*.png, labeling.png from the running quickstart (needs Chromium)
	@$(BIN)/python -m tests.screenshot_agreement docs
	@$(BIN)/python -m tests.screenshot docs/labeling.png

screenshot-adjudication: $(STAMP)  ## draw docs/adjudication.png, in a workspace of its own (needs Chromium)
	@$(BIN)/python -m tests.screenshot_adjudication docs/adjudication.png

seeds: $(STAMP)  ## build exports/seeds from the reference annotation, without a server
	@ANNOTATE_HOME=.annotate $(BIN)/annotate --settings seeds/annotate.toml export --annotations seeds/annotations/adjudicated.jsonl --status gold --work seeds/annotations/pass_a.jsonl --work seeds/annotations/pass_b.jsonl

bench: $(PEERS)  ## measure everything in short and print one table (ARTICLES=path; docs/benchmarks.md)
	@$(PIP) install --quiet --constraint constraints.txt --editable ".[oracle]"
	@$(BIN)/python -m tests.bench.whole $(if $(ARTICLES),"$(ARTICLES)") $(ARGS)

bench-preannotation: $(PEERS)  ## measure speed beside spaCy, memory and quality (ARTICLES=path; docs/benchmark.md)
	@$(BIN)/python -m tests.bench $(if $(ARTICLES),"$(ARTICLES)") $(ARGS)

bench-labeling: $(STAMP)  ## measure push and pull on real servers of its own (minutes; docs/benchmark-labeling.md)
	@$(BIN)/python -m tests.bench.labeling $(ARGS)

bench-dataset: $(STAMP)  ## measure speed and memory of dataset builds (ARGS=--articles 1000000)
	@$(BIN)/python -m tests.bench.dataset --write docs/benchmark-dataset.md $(ARGS)

bench-agreement: $(STAMP)  ## measure the measures of agreement, gamma beside pygamma-agreement (docs/benchmark-agreement.md)
	@$(PIP) install --quiet --constraint constraints.txt --editable ".[oracle]"
	@$(BIN)/python -m tests.bench.agreement --write docs/benchmark-agreement.md $(ARGS)

bench-scale: $(STAMP)  ## measure pre-annotation into shards by engine (ARTICLES=path, ARGS=--write; docs/scale.md)
	@$(BIN)/python -m tests.bench.scale $(if $(ARTICLES),"$(ARTICLES)") $(ARGS)

bench-learning: $(STAMP)  ## measure what learning is worth and what it costs (ARTICLES=path; docs/learning.md)
	@$(BIN)/python -m tests.bench.learning --write $(if $(ARTICLES),"$(ARTICLES)") $(ARGS)

soak: $(STAMP)  ## three people submit 2,000 annotations while all else runs (ARGS=--annotations 500)
	@$(BIN)/python -m tests.faults.soak --write docs/reliability.md $(ARGS)

$(PEERS): $(STAMP)
	@$(PIP) install --quiet --constraint constraints.txt --editable ".[bench]"
	@touch $@

clean:  ## remove .venv and caches; the workspace .annotate/ stays
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
