# Shortcuts for developers; `python3 run.py test` needs no make.
.PHONY: lint test quick slow bench pictures

lint:
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy .
	.venv/bin/lint-imports
	.venv/bin/python manage.py makemigrations --check --dry-run

test:
	python3 run.py test

quick:
	.venv/bin/pytest -n 2 -m "not slow and not chaos and not browser and not services"

slow:
	.venv/bin/pytest -n 2 -m "slow or chaos or browser or services"

bench:
	.venv/bin/python benchmarks/proposal.py
	.venv/bin/python benchmarks/pages.py

pictures:
	.venv/bin/python benchmarks/pictures.py
