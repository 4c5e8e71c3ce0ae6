"""building(): one model at a time, and the global random state as it was."""

from concurrent.futures import ThreadPoolExecutor

import torch

from senet_viz.models import network
from senet_viz.models.network import building


def test_the_random_state_is_left_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(4)
    torch.manual_seed(5)
    with building():
        torch.rand(1000)
    torch.testing.assert_close(torch.rand(4), expected, rtol=0, atol=0)


def test_one_at_a_time() -> None:
    inside: list[int] = []
    most: list[int] = []

    def build(number: int) -> None:
        with building():
            inside.append(number)
            torch.rand(100_000)
            most.append(len(inside))
            inside.remove(number)

    before = torch.get_rng_state()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(build, range(64)))
    assert max(most) == 1
    assert torch.equal(torch.get_rng_state(), before)
    assert not network._BUILDING.locked()
