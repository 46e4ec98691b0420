PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

ROOM := src/harvester/native
TABLES := src/harvester/rules

.PHONY: demo test wheels sanitize try-install

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

# With a C compiler its warnings are errors first; where it has some, or there is none, this says so and goes on: without
# one all then runs interpreted, and the next call tries again.
$(VENV)/.compiled: $(VENV)/.ready setup.py $(ROOM) $(ROOM)/building.py $(wildcard $(ROOM)/*.c $(ROOM)/*.h $(TABLES)/*.toml $(TABLES)/*/*.toml)
	strict=$$(command -v cc >/dev/null && echo strict); build="$(BIN)/python setup.py --quiet build_ext --inplace"; \
	    HARVESTER_BUILD="$${HARVESTER_BUILD-$$strict}" $$build || { test "$$HARVESTER_BUILD" != strict && $$build; }
	! ls $(ROOM)/_core.* >/dev/null 2>&1 || touch $@

# Three fixtures hold no article on purpose; each is refused with its reason, which is exit code 1.
demo: $(VENV)/.compiled  ## clean the fixtures into output/ and show the articles; crawl the site in fixtures/site
	$(BIN)/harvester clean fixtures/html fixtures/dumps --to output || test $$? -eq 1
	rm -rf output/first-crawl && mkdir -p output/first-crawl
	PATH="$$PWD/$(BIN):$$PATH" && cd output/first-crawl && python ../../fixtures/serve_site.py sh -ec '\
	    harvester sources init "$$SITE" --allow-host "$$HOST" --contact https://example.com/bot --delay 0.2; \
	    harvester crawl sources.toml; \
	    harvester status sources.toml'

test: $(VENV)/.compiled  ## every check: ruff, mypy --strict, the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# Four on two cores: some tests wait, for processes and clocks, while others count. Each more takes four seconds of a
	@# processor to collect all tests and load what they need. What mypy says stands at the end.
	said=$$(mktemp); $(BIN)/mypy >$$said 2>&1 & typing=$$!; \
	    workers=$$($(BIN)/python -c "import os; print(min(max(os.cpu_count() or 1, 4), 8))"); \
	    $(BIN)/pytest -n $$workers --dist worksteal; tests=$$?; \
	    wait $$typing; types=$$?; cat $$said; rm $$said; test $$tests = 0 && test $$types = 0

$(VENV)/.wheels: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[wheels]'
	touch $@

wheels: $(VENV)/.wheels  ## wheels for all platforms, and the source distribution, into dist/
	$(BIN)/python building/wheels.py

sanitize: $(VENV)/.ready  ## the compiled part under AddressSanitizer and UBSan, on some pages (needs gcc)
	$(BIN)/python building/sanitize.py

try-install: $(VENV)/.ready  ## a wheel, then the source, installed into a clean environment without a compiler
	$(BIN)/python building/try_install.py
