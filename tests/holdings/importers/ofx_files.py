"""OFX files as the tests write them."""

HEADING = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
KO = "<SECID><UNIQUEID>191216100<UNIQUEIDTYPE>CUSIP</SECID>"
SECURITIES = f"<SECLIST><STOCKINFO><SECINFO>{KO}<SECNAME>COCA COLA<TICKER>KO</SECINFO></STOCKINFO></SECLIST>"


def statement(*transactions: str, account: str = "7788-3525", more: str = "", currency: str = "USD") -> str:
    """One account's statement."""
    return (
        f"<INVSTMTRS><DTASOF>20230831<CURDEF>{currency}"
        f"<INVACCTFROM><BROKERID>broker.example<ACCTID>{account}</INVACCTFROM>"
        f"<INVTRANLIST><DTSTART>20230101<DTEND>20230831{''.join(transactions)}</INVTRANLIST>{more}</INVSTMTRS>"
    )


def ofx(*statements: str) -> bytes:
    """A file of statements, with its list of securities."""
    return f"{HEADING}<OFX>{''.join(statements)}{SECURITIES}</OFX>".encode("cp1252")


def bought(
    number: str = "T-1", day: str = "20230714", units: str = "10", total: str = "-609.95", memo: str = ""
) -> str:
    return (
        f"<BUYSTOCK><INVBUY><INVTRAN><FITID>{number}<DTTRADE>{day}<MEMO>{memo}</INVTRAN>{KO}"
        f"<UNITS>10<UNITPRICE>60.50<COMMISSION>4.95<TOTAL>{total}</INVBUY><BUYTYPE>BUY</BUYSTOCK>"
    )


def paid(number: str, amount: str, type_: str = "FEE", day: str = "20230722") -> str:
    return (
        f"<INVBANKTRAN><STMTTRN><TRNTYPE>{type_}<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{number}</STMTTRN></INVBANKTRAN>"
    )
