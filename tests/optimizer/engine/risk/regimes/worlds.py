"""Markets whose state is known, because it was drawn."""

import numpy as np

from optimizer.engine.risk.regimes.hmm import Hmm
from optimizer.engine.risk.returns import Floats, Mask

MODEL = Hmm(stay=(0.99, 0.97), mean=(0.0006, -0.0008), variance=(0.007**2, 0.02**2))


def drawn(sessions: int, seed: int = 0, model: Hmm = MODEL) -> tuple[Floats, Mask]:
    """Returns (T) of the model and whether each session was turbulent."""
    rng, state = np.random.default_rng(seed), 0
    states = np.empty(sessions, dtype=bool)
    for t, chance in enumerate(rng.uniform(size=sessions)):
        state = state if chance < model.stay[state] else 1 - state
        states[t] = bool(state)
    chosen = states.astype(int)
    noise = rng.standard_normal(sessions)
    return np.array(model.mean)[chosen] + np.sqrt(np.array(model.variance))[chosen] * noise, states
