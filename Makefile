# Parcours: everything a person needs to type. `make help` lists it.
# Works with the make of Linux and of macOS (GNU Make 3.81 and later).

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# DVC stages call `parcours` by name: inside make nobody needs to activate anything.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# The Python that makes the environment: $(PYTHON) if given, else the first one here that is 3.11, 3.12 or 3.13.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
FIND_PYTHON = for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	"$$python" -c '$(SUPPORTED)' >/dev/null 2>&1 && { echo "$$python"; break; }; done

.DEFAULT_GOAL := help
.PHONY: help setup repro report check test lint bench bench-all bench-explorer bench-statistics spark spark-sql prove oracles lab lab-test hooks workspaces lock clean

help:  ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Create .venv with the locked packages (every other target does it when needed)

# uv installs in seconds what pip installs in minutes; it comes from the same lock, hash and all.
# Where it has no wheel, pip does the work. Where Python is told to keep no bytecode, it is made once, here.
$(STAMP): requirements.lock pyproject.toml
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo "Parcours needs Python 3.11, 3.12 or 3.13; none was found. Install one, or: make PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	set -e; \
	if ! "$(BIN)/python" -c '$(SUPPORTED)' >/dev/null 2>&1; then \
		echo "Making $(VENV) with $$("$$python" --version) ..."; rm -rf "$(VENV)"; "$$python" -m venv "$(VENV)"; \
	fi; \
	echo "Installing the locked packages ..."; \
	awk '/^[^ ]/ {inside = /^uv==/} inside' requirements.lock > "$(VENV)/uv.lock"; \
	if "$(BIN)/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$(VENV)/uv.lock"; then \
		"$(BIN)/uv" pip install --quiet --python "$(BIN)/python" --require-hashes -r requirements.lock \
			$${PYTHONDONTWRITEBYTECODE:+--compile-bytecode}; \
	else \
		echo "uv is not to be had here; pip takes a few minutes ..."; \
		"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi; \
	"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

repro: $(STAMP)  ## From raw data to reports; only what changed is done again
	@$(BIN)/dvc repro dvc.yaml examples/complete_journey/dvc.yaml || { \
		echo "The run failed; reports/ are still those of the last good run." >&2; exit 1; }
	@echo; echo "Reports: $(CURDIR)/reports/index.html"
	@echo "         $(CURDIR)/examples/complete_journey/reports/index.html"

report: repro  ## The same, then open the reports in the browser (not without a terminal: cron)
	@[ ! -t 1 ] || $(BIN)/python -m webbrowser "file://$(CURDIR)/reports/index.html"

check: $(STAMP)  ## Validate params.yaml, sources and SQL in seconds, before any work
	@$(BIN)/parcours check

test: $(STAMP)  ## Run the tests; some of them: make test TESTS=tests/test_cli.py
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

lint: $(STAMP)  ## Style, formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# make spark ON=local leaves the cluster out; TESTS=… as in `make test`. Not in the lock, which everybody installs: 300 MB.
PYSPARK = pyspark==4.3.0
SPARK_SQL_TESTS = tests/test_spark_dialect.py tests/test_spark_engine.py
SPARK_TESTS = $(SPARK_SQL_TESTS) tests/test_spark_pipeline.py tests/privacy/test_spark_is_contained.py
spark: $(STAMP)  ## SQL files and all DVC stages on DuckDB and Spark, in one process, then on a cluster (Java 17 or later; minutes)
	@$(BIN)/uv pip install -q --python $(BIN)/python '$(PYSPARK)'
	@for where in $(or $(ON),local cluster); do echo "Spark: $$where"; \
		PARCOURS_SPARK=$$where PARCOURS_ALLOW_SKIPS= SPARK_LOCAL_IP=127.0.0.1 \
		$(BIN)/python -m pytest -q -rP $(or $(TESTS),$(SPARK_TESTS)) || exit 1; done

spark-sql:  ## Each SQL file on DuckDB and on Spark, in one process (Java 17 or later; five minutes)
	@$(MAKE) --no-print-directory spark ON=local TESTS="$(SPARK_SQL_TESTS)"

bench: $(STAMP)  ## Seconds and memory beside what you would use instead: docs/speed.md (a quarter of an hour)
	@$(BIN)/python benchmarks/peers.py --events 100000 1000000
	@$(BIN)/python benchmarks/startup.py
	@$(BIN)/python benchmarks/reports.py

bench-all: $(STAMP)  ## The same on 10 million events, and 100 million for Parcours alone
	@$(BIN)/python benchmarks/peers.py --events 10000000
	@$(BIN)/python benchmarks/peers.py --events 100000000 --rounds 1 --tools parcours --tasks matrix "matrix from steps" --limit 3600

prove: $(STAMP)  ## Simulate how often the method is wrong: docs/proof.md (an hour; goes on where it stopped)
	@$(BIN)/parcours prove

oracles:  ## Ask independent software (R) again for the numbers that tests compare with
	@cd tests/oracles && for script in $$(ls *.R | grep -v '^make_data'); do echo "$$script"; Rscript "$$script" > "$${script%.R}.txt.new" && \
		mv "$${script%.R}.txt.new" "$${script%.R}.txt" || exit 1; done

bench-explorer: $(STAMP)  ## How long the journey explorer takes to answer a click, on 1,000,000 steps
	@$(BIN)/python benchmarks/explorer.py

bench-statistics: $(STAMP)  ## Time and memory of estimates and tests on 1,000,000 simulated customers
	@$(BIN)/python benchmarks/statistics_of_a_brand.py

# No look at the network, and root (containers) is told so that the server starts.
lab: $(STAMP)  ## Open JupyterLab on the notebooks
	@$(BIN)/jupyter lab notebooks --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
		--LabApp.extension_manager=readonly $(shell [ "$$(id -u)" != 0 ] || echo --allow-root)

lab-test: $(STAMP)  ## Run every explore notebook in JupyterLab, in a browser, and click its views
	@$(BIN)/python -m pytest -q -s tests/end_to_end/in_jupyterlab.py

hooks: $(STAMP)  ## Check style and strip notebooks at each git commit
	@$(BIN)/pre-commit install

workspaces: $(STAMP)  ## Write every dvc.yaml anew, after code moved or a module was added
	@for folder in . examples/*/; do echo "$$folder"; $(BIN)/parcours init "$$folder" --upgrade; done

lock: $(STAMP)  ## Resolve pyproject.toml anew into requirements.lock
	@$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --extra dev --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --no-emit-find-links -q pyproject.toml -o requirements.lock

clean:  ## Remove .venv and caches; data, results and dvc.lock stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .dvc/tmp
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
