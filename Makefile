.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

help: ## Danh sách lệnh · this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

CATALOGUE := app/translations/vi/LC_MESSAGES/messages

setup: $(READY) $(CATALOGUE).mo ## Cài đặt môi trường vào .venv · set up .venv

$(READY): pyproject.toml uv.lock requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Cần Python 3.11–3.13 (Python 3.11 to 3.13 is needed)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	if $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9; then \
	  $(BIN)/uv sync --quiet --frozen --extra postgres --extra redis; \
	else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	fi
	touch $(READY)

$(CATALOGUE).mo: $(wildcard app/translations/*/LC_MESSAGES/messages.po) $(READY)
	@$(BIN)/pybabel -q compile --directory app/translations

run: setup ## Chạy trang web và việc nền · serve the site with its worker
	$(BIN)/khaosat run

migrate: setup ## Nâng cấp cơ sở dữ liệu · bring the database up to date
	$(BIN)/khaosat migrate

demo: setup ## Dựng tỉnh mẫu · play the demo province
	$(BIN)/khaosat demo

check: setup ## Kiểm tra tĩnh · static checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint app/templates --lint --quiet
	$(BIN)/python -m pytest tests/test_house.py

browser: ## Cài Chromium cho thử nghiệm trên trình duyệt (cần quyền root) · install Chromium
	test -n "$$CHROMIUM" || command -v chromium >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq chromium; }

test: check ## Kiểm tra và chạy mọi thử nghiệm · checks and all tests
	if [ "$$(id -u)" = 0 ]; then $(MAKE) --no-print-directory browser; fi
	$(BIN)/python -m pytest -n auto --dist worksteal

prove: setup ## Phép thử dài: NAME=kill9|powercut|replay|unlink|… [QUICK=1] · a long proof
	$(BIN)/python -m tests.proofs $(NAME)

bench: setup ## Đo tốc độ so với nền · speed as ratios to a baseline
	$(BIN)/python -m benchmarks

.PHONY: help setup run migrate demo check browser test prove bench
