# Shortcuts for developers; `python3 run.py test` needs no make.
.PHONY: lint test quick slow bench bench-all bench-large oracles bench-growth bench-savings bench-strategies pictures

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
	.venv/bin/python benchmarks/rebalance.py
	.venv/bin/python benchmarks/pages.py
	.venv/bin/python benchmarks/ledger.py
	.venv/bin/python benchmarks/tax.py
	.venv/bin/python benchmarks/importers.py
	.venv/bin/python benchmarks/imports.py
	.venv/bin/python benchmarks/goals.py

bench-all:  # everything below and above, written to var/benchmarks.md (two hours)
	python3 benchmarks/all.py

bench-large:  # a 20-year household of 200 instruments, and the price panel beside parquet (pip install -r benchmarks/requirements.txt)
	.venv/bin/python benchmarks/valuations.py
	.venv/bin/python benchmarks/pages.py large
	.venv/bin/python benchmarks/panel.py

oracles:  # write the golden files anew, with packages in a virtual environment of their own
	python3 -m venv var/oracles
	var/oracles/bin/pip install -q -r benchmarks/requirements.txt
	var/oracles/bin/python benchmarks/oracle_mwr.py
	var/oracles/bin/python benchmarks/oracle_tax.py
	var/oracles/bin/python benchmarks/oracle_strategies.py

bench-growth:  # the rebalance by holdings, lots and accounts (half an hour)
	.venv/bin/python benchmarks/growth.py

bench-savings:  # dollars against FIFO, and fifteen bootstrapped years (ten minutes)
	.venv/bin/python benchmarks/savings.py
	.venv/bin/python benchmarks/fifteen_years.py

bench-strategies:  # beside skfolio, PyPortfolioOpt and bt (make oracles), and the risk estimates out of sample
	var/oracles/bin/python benchmarks/strategies.py
	var/oracles/bin/python benchmarks/walk_forward.py
	.venv/bin/python benchmarks/risk.py
	.venv/bin/python benchmarks/volatility.py
	.venv/bin/python benchmarks/ranges.py
	.venv/bin/python benchmarks/regimes.py

pictures:
	.venv/bin/python benchmarks/pictures.py
