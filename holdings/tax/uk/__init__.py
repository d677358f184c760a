"""United Kingdom: capital gains tax on pooled shares (TCGA 1992 s104 to s106A)."""

from holdings.tax.uk.jurisdiction import UK

__all__ = ["UK"]
