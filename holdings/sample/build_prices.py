"""Makes prices.csv.gz out of the data sets that skfolio carries. Run by hand, in an environment of its own:

    pip install skfolio==1.12.2
    python holdings/sample/build_prices.py

The same version gives the same file, byte for byte.
"""

import gzip
from pathlib import Path

import pandas as pd
from skfolio.datasets import (  # type: ignore[import-not-found]
    load_factors_dataset,
    load_sp500_dataset,
    load_sp500_index,
)

TARGET = Path(__file__).with_name("prices.csv.gz")
DIGITS = 4


def closes() -> pd.DataFrame:
    """One row a session, one column a symbol, empty before a fund's first day."""
    return pd.concat([load_sp500_dataset(), load_sp500_index(), load_factors_dataset()], axis=1).sort_index()


def main() -> None:
    text = closes().round(DIGITS).to_csv(date_format="%Y-%m-%d", lineterminator="\n")
    TARGET.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
