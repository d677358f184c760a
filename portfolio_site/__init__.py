"""The site: settings, processes and health; it wires accounts, holdings and optimizer together."""

from portfolio_site.celery import app as celery_app

__all__ = ["celery_app"]
