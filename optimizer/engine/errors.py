"""What can end a plan early. Each class is one thing that the user is told; `str(error)` is that sentence."""

from optimizer.engine.types import Diagnosis


class EngineError(Exception):
    """The engine made no plan."""


class InvalidSnapshot(EngineError):
    """The inputs contradict themselves, for instance a lot of an unknown account."""


class NotEnoughHistory(EngineError):
    """An asset that the plan needs has too few closing prices for a risk estimate."""

    def __init__(self, symbols: tuple[str, ...], needed: int) -> None:
        self.symbols, self.needed = symbols, needed
        super().__init__(
            f"{', '.join(symbols)}: fewer than {needed} closing prices, too few to estimate risk. "
            "Add earlier ones on the page of data, or wait until there are enough."
        )


class Infeasible(EngineError):
    """No plan keeps every hard limit; the diagnosis names which and by how much each must give."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        super().__init__(" ".join(conflict.sentence for conflict in diagnosis.conflicts))


class SolverFailed(EngineError):
    """Every solver gave up; `tried` lists what each of them said."""

    def __init__(self, stage: str, tried: tuple[str, ...]) -> None:
        self.stage, self.tried = stage, tried
        super().__init__(f"{stage} found no answer: {'; '.join(tried)}. Nothing was changed.")


class Cancelled(EngineError):
    """Raised by a progress callback to stop between stages."""
