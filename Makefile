# A fresh machine needs Python 3.11 or later and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check docs clean

demo: $(VENV)/.installed
	$(BIN)/mebench demo

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest

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

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e .
	touch $@

$(VENV)/.installed-test: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e ".[test]"
	touch $@ $(VENV)/.installed

$(VENV)/.installed-check: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e ".[test,check]"
	touch $@ $(VENV)/.installed $(VENV)/.installed-test

$(VENV)/.installed-docs: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -e ".[docs]"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build *.egg-info
