# `make help` names the targets. Set-up happens by itself, into .venv; see tools/setup.
.PHONY: help run test test-long check bench lock setup-run setup-test
.DEFAULT_GOAL := help

PORT = 8000
HOST = 127.0.0.1
UPGRADE =
export PYTHONUTF8 = 1
PYTHON_BIN = .venv/bin/python

help: ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

run: setup-run ## A demo on http://127.0.0.1:8000 with its data in var/ (PORT=9000 moves it, HOST=0.0.0.0 opens it)
	@DIALOGWERK_ENV="$${DIALOGWERK_ENV:-demo}" DIALOGWERK_VAR_DIR="$${DIALOGWERK_VAR_DIR:-$$PWD/var}" \
	DIALOGWERK_BASE_URL="$${DIALOGWERK_BASE_URL:-http://127.0.0.1:$(PORT)}"; \
	export DIALOGWERK_ENV DIALOGWERK_VAR_DIR DIALOGWERK_BASE_URL; \
	echo "==> Bringing the database in $$DIALOGWERK_VAR_DIR up to date" && .venv/bin/dialogwerk migrate && \
	echo "==> Filling it with demo data, if it is new" && .venv/bin/dialogwerk seed demo && \
	echo "==> Starting Dialogwerk; Ctrl-C ends it" && exec .venv/bin/dialogwerk run --host $(HOST) --port $(PORT)

test: setup-test ## The whole suite on SQLite and PostgreSQL
	@tools/run_tests "not slow"

test-long: setup-test ## The suite and what takes longer (PG=15: on Debian's PostgreSQL 15)
	@DIALOGWERK_TEST_LONG=1 TEST_POSTGRES="$(PG)" tools/run_tests "(slow or not slow)"

check: setup-test ## Format, lint, types, import contracts, templates, catalogs, locks, vendored files
	@tools/check

bench: setup-test ## Measures the pages, the crowds, the letters
	@$(PYTHON_BIN) -m tools.bench $(BENCH)

lock: setup-test ## Writes the lock files again (UPGRADE=--upgrade takes newer versions)
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE) \
		--output-file requirements.lock requirements.in
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE) \
		--constraints requirements.lock --output-file requirements-dev.lock requirements-dev.in
	@npm install --package-lock-only --omit-lockfile-registry-resolved --silent
	@$(PYTHON_BIN) tools/check_locks.py --tidy

setup-run:
	@tools/setup run

setup-test:
	@TEST_POSTGRES="$(PG)" tools/setup test
