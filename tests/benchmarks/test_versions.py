"""The benchmark of the versions runs and measures what it says; its numbers are never asserted."""

import torch
from torch import nn

from tests.benchmarks.versions import AGAIN, PLAIN, WARM_UP, ratios


class Counted(nn.Module):
    """Says how often it was called."""

    calls = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return x + 1


def test_every_model_runs_once_a_round_and_the_plain_one_twice() -> None:
    models = {"se": Counted(), PLAIN: Counted()}
    found = ratios(models, torch.zeros(1, 3, 8, 8), rounds=4)
    assert models["se"].calls == 4 + WARM_UP and models[PLAIN].calls == 2 * (4 + WARM_UP)
    assert set(found) == {"se", PLAIN, AGAIN}
    assert found[PLAIN].median == found[PLAIN].low == found[PLAIN].high == 1.0
    assert 0 < found["se"].low <= found["se"].median <= found["se"].high
