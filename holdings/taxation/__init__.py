"""The tax of a household in the database: read, computed outside any transaction, stored for pages. See docs/tax.md."""
