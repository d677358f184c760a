"""The sample's instruments as the sample household sees them."""

from __future__ import annotations

from dataclasses import dataclass

from holdings.models import AssetClass, Instrument, Sector

INDEX = "SP500"


@dataclass(frozen=True, slots=True)
class Listing:
    """An instrument, its sector, and its themes with the reason for each."""

    name: str
    sector: Sector = Sector.UNKNOWN
    kind: Instrument.Kind = Instrument.Kind.STOCK
    themes: tuple[tuple[str, str], ...] = ()

    @property
    def issuer(self) -> str:
        """The company of a stock; what a fund holds is of many, and nothing looks through it."""
        return self.name if self.kind == Instrument.Kind.STOCK else ""

    @property
    def asset_class(self) -> AssetClass:
        return AssetClass.FACTOR if self.sector == Sector.FACTOR else AssetClass.EQUITY


def _fund(name: str) -> Listing:
    return Listing(f"iShares MSCI USA {name} Factor ETF", Sector.FACTOR, Instrument.Kind.ETF)


CATALOGUE: dict[str, Listing] = {
    "AAPL": Listing("Apple", Sector.TECHNOLOGY),
    "AMD": Listing("Advanced Micro Devices", Sector.TECHNOLOGY),
    "BAC": Listing("Bank of America", Sector.FINANCIALS),
    "BBY": Listing("Best Buy", Sector.DISCRETIONARY),
    "CVX": Listing("Chevron", Sector.ENERGY, themes=(("fossil fuel", "Produces and refines oil and gas"),)),
    "GE": Listing("General Electric", Sector.INDUSTRIALS, themes=(("weapons", "Makes engines for military aircraft"),)),
    "HD": Listing("Home Depot", Sector.DISCRETIONARY),
    "JNJ": Listing("Johnson & Johnson", Sector.HEALTH),
    "JPM": Listing("JPMorgan Chase", Sector.FINANCIALS),
    "KO": Listing("Coca-Cola", Sector.STAPLES),
    "LLY": Listing("Eli Lilly", Sector.HEALTH),
    "MRK": Listing("Merck", Sector.HEALTH),
    "MSFT": Listing("Microsoft", Sector.TECHNOLOGY),
    "PEP": Listing("PepsiCo", Sector.STAPLES),
    "PFE": Listing("Pfizer", Sector.HEALTH),
    "PG": Listing("Procter & Gamble", Sector.STAPLES),
    "RRC": Listing("Range Resources", Sector.ENERGY, themes=(("fossil fuel", "Produces natural gas"),)),
    "UNH": Listing("UnitedHealth", Sector.HEALTH),
    "WMT": Listing("Walmart", Sector.STAPLES, themes=(("tobacco", "Sells tobacco in many of its stores"),)),
    "XOM": Listing("Exxon Mobil", Sector.ENERGY, themes=(("fossil fuel", "Produces and refines oil and gas"),)),
    "MTUM": _fund("Momentum"),
    "QUAL": _fund("Quality"),
    "SIZE": _fund("Size"),
    "USMV": _fund("Min Vol"),
    "VLUE": _fund("Value"),
    INDEX: Listing("S&P 500 price index", kind=Instrument.Kind.INDEX),
}
