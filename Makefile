# Everything goes through here: `make help`.
#   SERVE=0   `make demo` ends before it serves the site
#   ARGS=...  more options for the command behind a target: make test ARGS="tests/law -x"
#   OFFLINE=.. directory of a bundle `make demo` and `make serve` are set up from, without a network
#   PYTHON=.. the interpreter .venv is made with (3.11 or newer)
#   FUZZ_SECONDS=600  how long `make fuzz` goes on
#   SECONDS=600  how long `make soak` goes on

.DEFAULT_GOAL := help
.PHONY: help bundle setup demo serve test coverage faults soak fuzz audit screens lint format bench docs clean
export PYTHON OFFLINE

BIN := .venv/bin
SERVE ?= 1
FUZZ_SECONDS ?= 600
SECONDS ?= 600

##@ Use it

demo: setup  ## The whole job on a fictitious district, then its site on http://127.0.0.1:8000
	$(BIN)/parcelwatch demo $(if $(filter 0,$(SERVE)),--no-serve) $(ARGS)

serve: setup  ## The site alone, on the data already imported
	$(BIN)/parcelwatch serve $(ARGS)

setup:  ## Install what is missing: system packages (apt), .venv, node_modules
	@.ci/setup

bundle:  ## All that `make demo OFFLINE=build/bundle` needs without a network, in build/bundle
	@.ci/bundle build/bundle

##@ Work on it

test: setup-test  ## The whole test suite, on a private cluster of its own
	$(BIN)/pytest --numprocesses=auto $(ARGS)

coverage: setup-test  ## The same, and which lines no test reaches
	$(BIN)/pytest --numprocesses=auto --cov --cov-report=term $(ARGS)

faults: setup-test  ## What fails in the middle: database, disk, worker, clock; writes docs/reliability.md
	$(BIN)/pytest -m faults $(ARGS)
	$(BIN)/python -m tests.faults faults

soak: setup-test  ## The highest load for SECONDS: memory, connections, errors; writes docs/reliability.md
	SECONDS=$(SECONDS) $(BIN)/python -m tests.faults soak

fuzz: setup-test  ## Random cells and damaged files into every reader, for FUZZ_SECONDS
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/pytest -m fuzz --numprocesses=auto --dist=worksteal $(ARGS)
	$(BIN)/python -m tests.fuzzing $(FUZZ_SECONDS)

audit: setup-test  ## What is installed is what is pinned, and nothing in it is known to be weak
	$(BIN)/python -m tests.audit

screens: setup-test  ## The main pages as pictures: both languages, laptop and phone, in build/screens
	$(BIN)/python -m tests.browser.screens

lint: setup-test  ## Style, types and the directions of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-test  ## Let ruff put every file into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup-test  ## Speed against named peers and limits; writes docs/performance.md
	$(BIN)/python -m tests.bench $(ONLY)

docs: setup-test  ## Write the generated tables of docs/ anew, and all of it as a site in build/docs
	$(BIN)/python -m tests.law.proofs
	$(BIN)/python docs/reference.py
	$(BIN)/python docs/data_model_picture.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

clean:  ## Remove caches and build products; data, results and .venv stay
	rm -rf build *.egg-info .coverage* .*_cache .hypothesis
	find geodata service migrations tests notebooks -name __pycache__ -prune -exec rm -rf {} +

.PHONY: setup-test
setup-test:
	@.ci/setup --for test

help:
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
