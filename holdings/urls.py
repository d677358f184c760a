from django.urls import URLPattern, URLResolver, path

from holdings.views import accounts, data, gains, holdings, instrument, lot, performance, records, transactions, what_if
from holdings.views.imports import actions, review, steps, upload

IMPORT = "h/<uuid:household>/imports/<uuid:batch>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("h/<uuid:household>/holdings", holdings.holdings, name="holdings"),
    path("h/<uuid:household>/holdings.csv", holdings.holdings_csv, name="holdings_csv"),
    path("h/<uuid:household>/holdings/<uuid:instrument>", instrument.instrument, name="instrument"),
    path("h/<uuid:household>/performance", performance.performance, name="performance"),
    path("h/<uuid:household>/performance.csv", performance.performance_csv, name="performance_csv"),
    path("h/<uuid:household>/performance/ask", performance.performance_ask, name="performance_ask"),
    path("h/<uuid:household>/transactions", transactions.transactions, name="transactions"),
    path("h/<uuid:household>/transactions/<uuid:transaction>", records.transaction, name="transaction"),
    path(
        "h/<uuid:household>/transactions/<uuid:transaction>/correct",
        records.transaction_correct,
        name="transaction_correct",
    ),
    path("h/<uuid:household>/transactions/<uuid:transaction>/void", records.transaction_void, name="transaction_void"),
    path("h/<uuid:household>/transactions/<uuid:transaction>/link", records.transaction_link, name="transaction_link"),
    path(
        "h/<uuid:household>/accounts/<uuid:account>/transactions/new", records.transaction_new, name="transaction_new"
    ),
    path("h/<uuid:household>/lots/<str:key>", lot.lot, name="lot"),
    path("h/<uuid:household>/gains", gains.gains, name="gains"),
    path("h/<uuid:household>/gains.csv", gains.gains_csv, name="gains_csv"),
    path("h/<uuid:household>/tax/what-if", what_if.tax_what_if, name="tax_what_if"),
    path("h/<uuid:household>/accounts/new", accounts.account_new, name="account_new"),
    path("h/<uuid:household>/accounts/<uuid:account>", accounts.account, name="account"),
    path("h/<uuid:household>/accounts/<uuid:account>/edit", accounts.account_edit, name="account_edit"),
    path("h/<uuid:household>/accounts/<uuid:account>/relief", accounts.account_relief, name="account_relief"),
    path("h/<uuid:household>/differences/<uuid:difference>", accounts.difference, name="difference"),
    path("h/<uuid:household>/imports", upload.imports, name="imports"),
    path(IMPORT, review.import_detail, name="import_detail"),
    path(IMPORT + "/columns", steps.import_columns, name="import_columns"),
    path(IMPORT + "/accounts", steps.import_accounts, name="import_accounts"),
    path(IMPORT + "/symbols", steps.import_symbols, name="import_symbols"),
    path(IMPORT + "/rows", review.import_choose, name="import_choose"),
    path(IMPORT + "/rows/<int:row>", review.import_row, name="import_row"),
    path(IMPORT + "/dry-run", review.import_dry_run, name="import_dry_run"),
    path(IMPORT + "/try", review.import_try, name="import_try"),
    path(IMPORT + "/confirm", actions.import_confirm, name="import_confirm"),
    path(IMPORT + "/discard", actions.import_discard, name="import_discard"),
    path(IMPORT + "/undo", actions.import_undo, name="import_undo"),
    path("h/<uuid:household>/data", data.data, name="data"),
    path("h/<uuid:household>/data/fetch", data.data_fetch, name="data_fetch"),
    path("h/<uuid:household>/data/sources", data.data_sources, name="data_sources"),
    path("h/<uuid:household>/data/prices", data.data_prices, name="data_prices"),
    path("h/<uuid:household>/data/prices/<int:price>/remove", data.price_remove, name="price_remove"),
    path("h/<uuid:household>/data/feeds/<int:feed>", data.data_feed, name="data_feed"),
    path("h/<uuid:household>/data/findings/<int:finding>/settle", data.finding_settle, name="finding_settle"),
    path("h/<uuid:household>/data/findings/<int:finding>/accept", data.finding_accept, name="finding_accept"),
]
