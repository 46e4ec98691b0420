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
	$(BIN)/python -m http.server 8765 --bind 127.0.0.1 --directory fixtures/site >/dev/null 2>&1 & server=$$!; \
	trap 'kill $$server' EXIT; root=$$PWD; cd output/first-crawl; set -e; \
	$$root/$(BIN)/harvester sources init http://127.0.0.1:8765/ --allow-host 127.0.0.1:8765 \
	    --contact https://example.com/bot --delay 0.2; \
	$$root/$(BIN)/harvester crawl sources.toml; \
	$$root/$(BIN)/harvester status sources.toml

test: $(VENV)/.ready  ## every check: ruff, mypy --strict, the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2
