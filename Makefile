PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

# Three fixtures hold no article on purpose; each is refused with its reason, which is exit code 1.
demo: $(VENV)/.ready  ## clean the fixtures into output/ and show the articles; crawl the site in fixtures/site
	$(BIN)/harvester clean fixtures/html fixtures/dumps --to output || test $$? -eq 1
	rm -rf output/first-crawl && mkdir -p output/first-crawl
	PATH="$$PWD/$(BIN):$$PATH" && cd output/first-crawl && python ../../fixtures/serve_site.py sh -ec '\
	    harvester sources init "$$SITE" --allow-host "$$HOST" --contact https://example.com/bot --delay 0.2; \
	    harvester crawl sources.toml; \
	    harvester status sources.toml'

test: $(VENV)/.ready  ## every check: ruff, mypy --strict, the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2
