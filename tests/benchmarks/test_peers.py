"""The comparison with other tools runs, and all of them read the same excitations."""

import pytest
import torch

from senet_viz.models.residual import build

for tool in ("captum", "tests.benchmarks.unmounted_nnsight", "torchlens"):
    pytest.importorskip(tool)


@pytest.mark.filterwarnings("ignore")  # other people's
def test_every_tool_gives_the_excitations_that_capture_gives() -> None:
    from tests.benchmarks.peers import compare, peers, table

    results = compare(build("se"), torch.randn(2, 3, 32, 32), rounds=1, slow=False)
    assert [r.way for r in results if r.problem] == []
    assert all(r.time is not None for r in results)
    lines = list(table("SE-ResNet-18, batch 2", results))
    assert len(lines) == len(results) + 2 and "captum" in peers()


@pytest.mark.filterwarnings("ignore")  # other people's
def test_captures_are_right_where_networks_write_in_place_or_are_compiled() -> None:
    from tests.benchmarks import hook_failures

    *_, row = hook_failures.report(side=64, ways=("senet_viz",))
    assert row == "| senet_viz | right | right |"
