# A fresh machine needs Python 3.11 or later and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# Tests often wait for processes that they start: two files run on each core, the longest first.
WORKERS ?= $(shell $(PYTHON) -c "import os; n = os.cpu_count() or 1; print(max(n, min(2 * n, 8)))")
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: demo test test-all test-quick fuzz mutants check docs pictures shots clean

demo: $(VENV)/.installed
	$(BIN)/mebench demo

# Every test; of those with many costly cases (each family of models, each seed of damage) a few.
test: $(VENV)/.installed-test
	$(PYTEST) -m "not further"

# Every case of every test, and coverage, which makes it half as long again.
test-all: $(VENV)/.installed-test
	$(PYTEST) --cov --cov-report=term

# Without what takes long and what needs a browser, and without coverage.
test-quick: $(VENV)/.installed-test
	$(PYTEST) -m "not slow and not browser"

# Random damage to submissions for so many seconds; the tests do so for a few.
FUZZ_SECONDS ?= 1800
fuzz: $(VENV)/.installed-test
	PYTHONPATH=tests $(BIN)/python -m helpers.fuzz --seconds $(FUZZ_SECONDS)

# Not in CI: changes the pure functions in about a thousand ways, and names those that no test notices.
# The changes are made in an installed copy, where modules lie in folders of their names.
mutants: $(VENV)/.installed-mutants
	rm -rf build/mutants && $(BIN)/python -m pip install -q --no-deps --target build/mutants .
	cp -r tests setup.cfg build/mutants
	cd build/mutants && PYTHONPATH=$$PWD ../../$(BIN)/python -m mutmut run && ../../$(BIN)/python -m mutmut results

check: $(VENV)/.installed-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	# mypy cannot follow the folders of an editable install: it checks an installed copy.
	rm -rf build/check && $(BIN)/python -m pip install -q --no-deps --target build/check .
	MYPYPATH=build/check $(BIN)/mypy -p motionedit_bench

docs: $(VENV)/.installed-docs
	# The pages of the Python API are read from an installed copy, as mypy does.
	rm -rf build/docs && $(BIN)/python -m pip install -q --no-deps --target build/docs .
	$(BIN)/python -m mkdocs build

# The pictures of README and pages, from the embedded benchmarks alone; screenshots where chromium is there.
pictures: $(VENV)/.installed-test
	$(BIN)/python docs/first_look.py
	$(BIN)/python docs/pictures.py
	$(BIN)/python timing/flow_trust.py

# What the site is held to, measured, and each of its views as a picture to be looked at; needs chromium and npm.
shots: $(VENV)/.installed-test
	$(BIN)/python timing/site_quality.py --shots build/shots

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e .
	touch $@

$(VENV)/.installed-test: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e ".[test]"
	touch $@ $(VENV)/.installed

$(VENV)/.installed-mutants: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e ".[test,mutants]"
	touch $@ $(VENV)/.installed $(VENV)/.installed-test

$(VENV)/.installed-check: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e ".[test,check]"
	touch $@ $(VENV)/.installed $(VENV)/.installed-test

$(VENV)/.installed-docs: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e ".[docs]"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build *.egg-info .coverage*
