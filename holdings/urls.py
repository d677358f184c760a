from django.urls import URLPattern, URLResolver, path

from holdings.views import accounts, holdings, imports, instrument, transactions

urlpatterns: list[URLPattern | URLResolver] = [
    path("h/<uuid:household>/holdings", holdings.holdings, name="holdings"),
    path("h/<uuid:household>/holdings.csv", holdings.holdings_csv, name="holdings_csv"),
    path("h/<uuid:household>/holdings/<uuid:instrument>", instrument.instrument, name="instrument"),
    path("h/<uuid:household>/transactions", transactions.transactions, name="transactions"),
    path("h/<uuid:household>/accounts/new", accounts.account_new, name="account_new"),
    path("h/<uuid:household>/imports", imports.imports, name="imports"),
    path("h/<uuid:household>/imports/<uuid:batch>", imports.import_detail, name="import_detail"),
    path("h/<uuid:household>/imports/<uuid:batch>/confirm", imports.import_confirm, name="import_confirm"),
    path("h/<uuid:household>/imports/<uuid:batch>/discard", imports.import_discard, name="import_discard"),
    path("h/<uuid:household>/imports/<uuid:batch>/undo", imports.import_undo, name="import_undo"),
]
