"""The words of headers and of transaction types, in English and German, by which a mapping is guessed."""

import re

from holdings.importers.mapped.spec import AmountIs, Field
from holdings.ledger.types import Kind

HEADER: dict[Field, str] = {
    Field.DATE: """trade date/transaction date/handelstag/handelsdatum/ausführungsdatum/ausführungstag/schlusstag/date
        /datum/run date/activity date/execution date/trade day/date time/datum uhrzeit/buchungsdatum/buchungstag
        /booking date
        /timestamp/time/tag/day/settlement date/process date/valuta/valutadatum/wertstellung""",
    Field.KIND: """transaction type/type/action/transaktionstyp/transaktionsart/transaktion/typ/art/side/buy sell
        /kauf verkauf/activity type/activity/trans code/umsatzart/geschäftsart/vorgang/auftragsart/buchungsart/operation
        /transaction/aktion""",
    Field.SYMBOL: """symbol/ticker/ticker symbol/tickersymbol/kürzel/code/security symbol/instrument symbol/wkn/cusip
        /valor/valoren/instrument""",
    Field.ISIN: "isin/isin code",
    Field.NAME: """security name/name/security/wertpapiername/wertpapierbezeichnung/wertpapier/bezeichnung/titel/company
        /investment name/instrument name/produkt/product/asset/fund/fonds/description""",
    Field.QUANTITY: """quantity/qty/shares/units/stück/anzahl/menge/stücke/stückzahl/nominale/nominal/anteile/stk
        /no of shares/number of shares/stück nominale/stk nominale/volume""",
    Field.PRICE: """price/unit price/price per share/share price/trade price/kurs/ausführungskurs/stückpreis/preis
        /einzelpreis/preis pro stück/preis je stück/kurs pro stück/nav""",
    Field.AMOUNT: """amount/net amount/total amount/betrag/endbetrag/gesamtbetrag/nettobetrag/betrag netto/gesamt
        /ausmachender betrag/total/value/wert/kurswert/proceeds/principal amount/principal/gross amount/bruttobetrag
        /betrag brutto/total cost/cost basis/cost/cost share/einstandswert/einstand/einstandskurs/purchase price
        /kaufpreis/umsatz/market value/average cost/cost per share""",
    Field.FEES: """fees/fee/commission/commissions/fees comm/gebühren/gebühr/provision/spesen/entgelt/entgelte/comm
        /charges/brokerage/costs/transaction costs/transaktionskosten/transaktionsgebühren/commission fees/kosten""",
    Field.TAX: """tax/taxes/steuer/steuern/withholding tax/tax withheld/quellensteuer/kapitalertragsteuer/kest
        /abgeltungsteuer/stamp duty""",
    Field.CURRENCY: """currency/währung/ccy/curr/transaction currency/handelswährung/buchungswährung/kontowährung/devise
        /whg""",
    Field.ACCOUNT: "account/account number/account name/konto/depot/depotnummer/kontonummer/portfolio/depotkonto",
    Field.NOTE: """note/notes/notiz/comment/comments/kommentar/memo/bemerkung/remarks/verwendungszweck/buchungstext/text
        /description/beschreibung""",
    Field.ACQUIRED: """date acquired/acquired/acquisition date/open date/opened/purchase date/purchased/kaufdatum
        /anschaffungsdatum/anschaffung""",
    Field.ID: "transaction id/id/reference/reference number/referenz/referenznummer/transaktionsnummer/ref",
    Field.ORDER: "order id/order number/order no/ordernummer/auftragsnummer",
}
"""Names of columns, the likelier of each field first."""

NAMES: dict[Field, list[str]] = {
    part: [" ".join(name.split()) for name in names.split("/")] for part, names in HEADER.items()
}

_KIND_WORDS: dict[Kind, str] = {
    Kind.BUY: """buy/bought/purchase/purchased/b/kauf/käufe/ankauf/gekauft/k/sparplan/savings plan/sparplanausführung
        /you bought/zeichnung""",
    Kind.SELL: "sell/sold/sale/s/verkauf/verkäufe/verkauft/v/redemption/rücknahme/you sold",
    Kind.DIVIDEND: """dividend/dividends/cash dividend/dividende/dividenden/dividendengutschrift/distribution
        /ausschüttung/ertrag/erträge/ertragsgutschrift/ertragsausschüttung/div/capital gain distribution""",
    Kind.REINVEST: "reinvest/reinvestment/dividend reinvestment/wiederanlage/drip",
    Kind.INTEREST: "interest/zinsen/zins/zinsgutschrift/interest income/habenzinsen/sollzinsen/bank interest/coupon",
    Kind.FEE: """fee/fees/commission/gebühr/gebühren/depotgebühr/kontogebühr/spesen/custody fee/management fee
        /service fee/entgelt/depotentgelt""",
    Kind.TAX: "tax/taxes/steuer/steuern/withholding tax/quellensteuer/kapitalertragsteuer/foreign tax/vorabpauschale",
    Kind.DEPOSIT: """deposit/deposits/cash deposit/contribution/einlage/einzahlung/gutschrift/zahlungseingang
        /überweisung eingang/cash in/money in/top up/cash top up""",
    Kind.WITHDRAWAL: """withdrawal/withdraw/withdrawals/cash withdrawal/entnahme/auszahlung/lastschrift/zahlungsausgang
        /überweisung ausgang/cash out/money out""",
    Kind.TRANSFER_IN: """transfer in/transfer inbound/inbound transfer/delivery inbound/einlieferung/depoteingang
        /depotübertrag eingang/umbuchung eingang/eingang/received""",
    Kind.TRANSFER_OUT: """transfer out/transfer outbound/outbound transfer/delivery outbound/auslieferung/depotausgang
        /depotübertrag ausgang/umbuchung ausgang/ausgang/delivered""",
    Kind.OPENING: "opening/opening balance/opening lot/anfangsbestand/bestand/initial/position",
    Kind.SPLIT: "split/stock split/share split/reverse split/aktiensplit/kapitalmaßnahme split",
    Kind.RETURN_OF_CAPITAL: "return of capital/capital return/kapitalrückzahlung/rückzahlung",
    Kind.CASH_IN_LIEU: "cash in lieu/spitzenausgleich/spitzenregulierung",
    Kind.WORTHLESS: "worthless/write off/wertlos/wertlose ausbuchung",
}
KIND_WORDS: dict[str, Kind] = {
    " ".join(word.split()): kind for kind, words in _KIND_WORDS.items() for word in words.split("/")
}
_LONGEST_FIRST = [word for word in sorted(KIND_WORDS, key=len, reverse=True) if len(word) > 2]

_PER_SHARE = re.compile(r"\b(?:per|pro|je|a|unit|average|avg|cost) (?:share|stück|unit|anteil|cost|price)\b|\bkurs\b")
_TOTAL = re.compile(
    r"total|gesamt|net(?:to)?\b|gross|brutto|proceeds|principal|betrag|amount|value|wert\b|umsatz|cost basis|kurswert"
)
TOTAL_LINES = re.compile(
    r"(?:grand |sub)?totals?\b|summen?\b|gesamt|zwischensumme|saldo\b|end(?:e)?\b|\*{2,}|={2,}|-{3,}"
)
"""How lines begin that are no transactions: sums and the end of the file."""

_APART = re.compile(r"[^\w]+")
_UNIT = re.compile(r"[(\[][^)\]]*[)\]]")


def plain(name: str) -> str:
    """A column's name in lower case, without signs and without a unit in brackets: `Price ($)` is `price`."""
    without_unit = _UNIT.sub(" ", name) if not name.startswith(("(", "[")) else name
    return " ".join(_APART.sub(" ", without_unit.casefold()).replace("_", " ").split())


def name_score(part: Field, column: str) -> float:
    """How well a column's name fits a field: 0.95 for the likeliest name, less for others, 0 for none."""
    names, name = NAMES[part], plain(column)
    if name in names:
        return 0.95 - 0.3 * names.index(name) / len(names)
    words = f" {name} "
    return 0.5 if any(f" {known} " in words for known in names if len(known) > 3) else 0.0


def kind_of(word: str) -> tuple[Kind | None, float]:
    """What a type's word probably means, and how sure that is."""
    said = plain(word)
    if said in KIND_WORDS:
        return KIND_WORDS[said], 0.95
    words = f" {said} "
    if within := next((known for known in _LONGEST_FIRST if f" {known} " in words), None):
        return KIND_WORDS[within], 0.7
    ending = next((known for known in _LONGEST_FIRST if len(known) > 3 and said.endswith(known)), None)
    return (KIND_WORDS[ending], 0.6) if ending else (None, 0.0)


def amount_of(column: str) -> AmountIs | None:
    """Whether a column's name says that it is of a share or of the row; None where it does not (`Cost`)."""
    name = plain(column)
    if _PER_SHARE.search(name) or ("/" in column and name.endswith("share")):
        return AmountIs.PER_SHARE
    return AmountIs.TOTAL if _TOTAL.search(name) else None
