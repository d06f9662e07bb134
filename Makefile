# Everything a person types. `make run` needs nothing but Python 3.11 or newer.

PYTHON := $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$name; break; }; done)
BIN := .venv/bin
# Three processes, each with a database of its own: two keep two cores busy but for the moments in
# which one waits for another program. `make test PYTEST=` runs in one.
PYTEST ?= -n 3 --dist worksteal
.PHONY: run test check types style format messages lock bench clean help

help:
	@echo "make run     the site on this machine, until Ctrl-C"
	@echo "make test    every check and every test"
	@echo "make check   types, style, the ladder of imports, templates, migrations, settings"
	@echo "make format  what can be put right by itself"
	@echo "make messages  the words to translate, taken from the source, and compiled"

# The site alone needs a fraction of what its tests need; whoever has the whole has enough.
run: $(or $(wildcard .venv/stamp),.venv/stamp-run)
	@exec $(BIN)/python -m marketplace.run

test: check
	$(BIN)/python -m pytest $(PYTEST)

# Types take as long as all the rest, on a core of their own.
check: .venv/stamp
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types style

types: .venv/stamp
	$(BIN)/mypy .

style: .venv/stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/djade --check --target-version 5.2 $(shell find templates -name '*.html')
	$(BIN)/djlint templates --lint
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.deploy_check

format: .venv/stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	-$(BIN)/djade --target-version 5.2 $(shell find templates -name '*.html')

# Needs no gettext: after it, translate what it names in locale/ and run it again.
messages: .venv/stamp
	$(BIN)/python -m tests.messages

# Dependencies stand in pyproject.toml; the locks name every file by its hash.
lock: .venv/stamp  # writes all four at once, so that they agree
	for extra in "run:" "local:--extra local" "dev:--extra local --extra dev" "bench:--extra local --extra dev --extra bench"; do \
		$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--quiet $${extra#*:} pyproject.toml --output-file requirements/$${extra%%:*}.txt || exit 1; done

bench: .venv/stamp
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/bench.txt
	for name in ledger purchase draw; do $(BIN)/python -m benchmarks.$$name || exit 1; done

clean:
	rm -rf .venv .local staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/stamp: requirements/dev.txt
.venv/stamp-run: requirements/local.txt
.venv/stamp .venv/stamp-run:
	@test -n "$(PYTHON)" || { echo "Fairhand needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || \
		{ echo "Python lacks venv here: install the package python3-venv (apt install python3-venv)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what stands in $< …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
