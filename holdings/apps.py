from django.apps import AppConfig


class HoldingsConfig(AppConfig):
    name = "holdings"

    def ready(self) -> None:
        from holdings.services import reconcile

        reconcile.connect()
