# Each target makes .venv by itself; a second run finds it ready. Another Python: make PYTHON=python3.12 test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Real benchmarks and recorded samples, where they lie beside the checkout. Tests that need them skip by name elsewhere.
SHARED := $(abspath ../shared/data)
ifneq ($(wildcard $(SHARED)/benchmarks/.),)
export ISOCOST_DATA ?= $(SHARED)/benchmarks
endif
ifneq ($(wildcard $(SHARED)/samples/.),)
export ISOCOST_SAMPLES ?= $(SHARED)/samples
endif

.PHONY: demo test test-hf lint format docs bench bench-judge bench-coverage lock clean

demo: $(READY)
	$(BIN)/isocost demo

# Lint, types and layers first (seconds), then the tests, the wheel in an empty environment among them.
# pytest ends with how many tests were skipped, and why.
test: lint
	$(BIN)/python -m pytest

# The lane of torch, in an environment of its own: the tests marked `hf`, with torch's CPU build. The file is taken from where
# your pip is told to look, and exactly this one: what public indexes serve under the same version is gigabytes of CUDA.
# Where there is none the lane is skipped, saying so.
TORCH := torch==2.13.0+cpu
HF := .venv-hf
HF_PIP := $(HF)/bin/python -m pip install --quiet --disable-pip-version-check
test-hf: $(READY)
	@test -x $(HF)/bin/pip || $(PYTHON) -m venv --clear $(HF)
	@for own in $(HF)/lib/python3.*; do \
	    printf '%s\n' "$(CURDIR)/$(VENV)/lib/$${own##*/}/site-packages" "$(CURDIR)/src" >$$own/site-packages/isocost-dev.pth; \
	done  # the packages of $(VENV) are seen from here, so that only what it lacks is installed
	@if $(HF_PIP) --no-deps $(TORCH) >$(HF)/torch.log 2>&1; then \
	    $(HF_PIP) --require-hashes -r requirements/hf.txt && HF_HUB_OFFLINE=1 $(HF)/bin/python -m pytest -m hf tests/backends/hf; \
	else \
	    echo "skipped: the lane hf, because pip finds no $(TORCH) here ($(HF)/torch.log)"; \
	fi

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The page of the command line, from the code; a test fails where it is stale.
docs: $(READY)
	$(BIN)/python -m tests.docs.cli_reference

bench: $(READY)
	$(BIN)/python -m bench.judge_speed

# All that is measured of the judge, one after the other: an hour or two of an idle machine. It goes on after a bench that misses
# its bar, and fails at the end. One of them: make bench-judge BENCHES=soak
BENCHES ?= judge_speed layers timeouts soak agreement under_load
bench-judge: $(READY)
	@missed=; for bench in $(BENCHES); do \
	    echo "== $$bench"; $(BIN)/python -m bench.$$bench || missed="$$missed $$bench"; \
	done; test -z "$$missed" || { echo "missed:$$missed" >&2; exit 1; }
# One thread for each of its two processes: more would wait for each other.
bench-coverage: $(READY)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.interval_coverage

# One lock for run time and development, for Python 3.11 and later, with hashes and without the address of any index.
# `make lock UPGRADE=--upgrade` takes newer versions; without it only what pyproject.toml or dev.in changed moves.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links $(UPGRADE) -c requirements/dev.txt pyproject.toml requirements/hf.in \
	    -o requirements/hf.txt

clean:
	rm -rf $(VENV) $(HF) build dist src/*.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# A half-made or moved environment cannot start its own Python: it is made anew.
$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "isocost needs Python 3.11 or later, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | tail -n 1);" \
	        "name another one: make PYTHON=python3.12" >&2; exit 2; }
	@$(BIN)/pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@
