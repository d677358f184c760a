"""What a matching knows so far, and how a loss and a purchase meet in it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import NamedTuple

from holdings.ledger.types import ZERO, Entry, Kind, LotEvent, RealisedGain
from holdings.tax.history import Asset, History
from holdings.tax.outcome import Effect, Unknown
from holdings.tax.us.matching.distributions import Distributions
from holdings.tax.us.matching.identity import Identity, Place, places
from holdings.tax.us.matching.losses import Loss, Window, came_first, is_same_order
from holdings.tax.us.matching.pieces import Acquisition, Parcel, Piece
from holdings.tax.us.matching.slices import Draft
from holdings.tax.us.matching.splits import Splits
from holdings.tax.us.matching.subject import is_subject
from holdings.tax.us.wash import WINDOW

LABEL = 6
_PLAIN = {Kind.BUY, Kind.REINVEST, Kind.SELL, Kind.CASH_IN_LIEU, Kind.WORTHLESS, Kind.OPENING}


@dataclass(frozen=True, slots=True)
class Rules:
    """Readings that no authority settles and that a household may choose.

    earlier_purchases: shares bought before those sold, within the window, count as their replacement.
    """

    earlier_purchases: bool = True


class Match(NamedTuple):
    """Shares of a purchase that replaced shares of a loss; as `Replacement`, before it is known where they end."""

    draft: Draft
    purchase: Acquisition
    account: str
    instrument: str
    quantity: Decimal
    amount: Decimal
    effect: Effect


class State:
    """Parcels of open lots, the windows of each identity group, and the record."""

    def __init__(self, history: History, rules: Rules) -> None:
        self.history = history
        self.rules = rules
        self.identity = Identity(history)
        self.places: Mapping[str, Place] = places(history)
        self.parcels: dict[str, Parcel] = {}
        self.windows: dict[tuple[str, str], Window] = defaultdict(Window)
        self.drafts: list[Draft] = []
        self.matches: list[Match] = []
        self.left_out: list[Unknown] = []
        self.doubtful: dict[str, list[tuple[date, Place]]] = defaultdict(list)
        self.receivers = {entry.sender: entry for entry in history.entries if entry.sender}
        self.splits = Splits()
        self.distributions = Distributions(history)
        self.gains = _gains(history)
        self.moves = _moves(history)
        self.next_number = count().__next__

    def effect(self, account: str) -> Effect | None:
        return self.places[account].effect

    def asset(self, instrument: str) -> Asset:
        known = self.history.instruments.get(instrument)
        return known.asset if known else Asset.OTHER

    def order(self, entry: Entry) -> str:
        return self.history.orders.get(entry.id, entry.id)

    def window(self, account: str, instrument: str) -> Window:
        return self.windows[self.places[account].scope, self.identity.group(instrument)]

    def keep(self, key: str, parcel: Parcel) -> None:
        """Have a parcel under a key of its own; its purchase knows where its shares are."""
        self.parcels[key] = parcel
        if parcel.acquisition and key not in parcel.acquisition.parcels:
            parcel.acquisition.parcels.append(key)

    def recount(self, instrument: str, after: Decimal, before: Decimal, name: str) -> None:
        """Count what open losses of an instrument still look for in the shares of today."""
        group = self.identity.group(instrument)
        for (_, each), window in self.windows.items():
            if each == group:
                window.recount(instrument, after, before, name)

    def lose(self, draft: Draft, parcel: Parcel, held: int) -> None:
        """A slice that lost: what was paid on its shares takes from the loss, then what replaced them does."""
        gain = draft.gain
        self.distributions.apply(draft)
        if not draft.claimed or not is_subject(self.asset(gain.instrument), gain.sold):
            return
        quantity, number = draft.quantity, self.next_number()
        where = draft, gain.instrument, gain.sold
        loss = Loss(*where, quantity, quantity, draft.claimed, held, parcel.acquisition, number)
        self.window(gain.account, gain.instrument).lost(loss, self.attach)

    def buy(self, purchase: Acquisition, parcel: Parcel) -> None:
        """Shares bought: look for what they replace, or keep in mind that no ruling says whether they do."""
        place = self.places[parcel.account]
        if place.scope or place.effect is None:
            self.doubtful[purchase.group].append((purchase.day, place))
        if place.effect is not None:
            self.window(parcel.account, parcel.instrument).bought(purchase, self.attach)

    def attach(self, loss: Loss, purchase: Acquisition) -> bool:
        """Replace what the purchase can replace of the loss; whether unused shares of it are left."""
        allowed = not is_same_order(loss, purchase) and (self.rules.earlier_purchases or not came_first(loss, purchase))
        left = False
        for key in purchase.parcels:
            parcel = self.parcels.get(key)
            piece = parcel.unused if parcel and self.is_replacing(parcel) else None
            if parcel and piece:
                used_up = allowed and self._use_parcel(loss, purchase, parcel, piece)
                left = left or not used_up
        return left

    def is_replacing(self, parcel: Parcel) -> bool:
        """Whether the lot was bought, and is still of the group that it was bought in."""
        bought = parcel.acquisition
        return bought is not None and bought.group == self.identity.group(parcel.instrument)

    def _use_parcel(self, loss: Loss, purchase: Acquisition, parcel: Parcel, piece: Piece) -> bool:
        """Match shares of a lot's unused piece; whether it has none left."""
        effect = self.effect(parcel.account)
        if effect is None or not loss.quantity:
            return False
        used_up = piece.quantity <= loss.quantity
        self._use(loss, purchase, parcel, piece, effect)
        return used_up

    def _use(self, loss: Loss, purchase: Acquisition, parcel: Parcel, piece: Piece, effect: Effect) -> None:
        """Match shares of a piece, splitting it where it has more of them than the loss."""
        quantity = min(piece.quantity, loss.quantity)
        amount, shares = loss.take(quantity)
        covered = ZERO
        if piece.included and effect is Effect.DEFERRED:
            covered = min(amount, piece.included)
            piece.included -= covered
        label = _label(parcel, loss.draft.gain.sale)
        used = piece
        if quantity == piece.quantity:
            parcel.pieces.remove(piece)
        else:
            included, piece.included = piece.included, ZERO
            used = piece.split(quantity)
            piece.included = included
        parcel.pieces.append(used)
        used.label, used.match = label, len(self.matches)
        if effect is Effect.DEFERRED:
            used.deferred += amount - covered
            used.tacked += loss.held
        loss.draft.disallowed += amount
        self.matches.append(Match(loss.draft, purchase, parcel.account, parcel.instrument, shares, amount, effect))

    def leave_out(self, entry: Entry, reason: str, gain: RealisedGain | None = None) -> None:
        """Keep an event of a taxed account out of every figure."""
        if not self.places[entry.account].taxed:
            return
        proceeds = gain.base_proceeds if gain else (None if entry.rate is None else entry.cash * entry.rate)
        instrument, day = (gain.instrument, gain.sold) if gain else (entry.instrument, entry.trade_date)
        self.left_out.append(Unknown(entry.id, entry.account, instrument, day, proceeds or ZERO, reason))

    def provisional(self) -> None:
        """Say until when a purchase may still change a slice that lost."""
        for window in self.windows.values():
            for loss in window.losses.values():
                if loss.sold + WINDOW >= self.history.as_of:
                    loss.draft.final_after = loss.sold + WINDOW


def _label(parcel: Parcel, sale: str) -> str:
    """The name of a piece: the beginning of the id of the loss sale, counted where one sale lost on several lots.

    It says nothing of what came before, so that a back-dated event renames no piece.
    """
    taken, label = [piece.label for piece in parcel.pieces], sale[:LABEL]
    if label not in taken:
        return label
    return next(each for number in count(2) if (each := f"{label}.{number}") not in taken)


def _gains(history: History) -> dict[str, list[tuple[int, RealisedGain]]]:
    gains: dict[str, list[tuple[int, RealisedGain]]] = defaultdict(list)
    for number, gain in enumerate(history.ledger.realised):
        gains[gain.sale].append((number, gain))
    return gains


def _moves(history: History) -> dict[str, list[tuple[str, LotEvent]]]:
    """What transfers, corporate actions and corrections did to lots, by entry."""
    moves: dict[str, list[tuple[str, LotEvent]]] = defaultdict(list)
    for key, events in history.ledger.trail.items():
        for event in events:
            if event.kind not in _PLAIN:
                moves[event.entry].append((key, event))
    return moves
