"""Counts by stage and block add up, and the peak of activations is what a pass really holds."""

import pytest
import timm
import torch
import torchvision
from torch import nn

import senet_viz as sv
from senet_viz.analysis.cost_records import NOTHING
from senet_viz.costs import count_network, measure_latency, without_se
from senet_viz.costs.counting import stage_names, unit_of
from senet_viz.costs.dataflow import trace_flow
from senet_viz.costs.peak_memory import peak_bytes
from senet_viz.models.residual import WIDTHS, build


@pytest.mark.parametrize("name", ["legacy_seresnet18", "mobilenetv3_small_050", "efficientnet_b0"])
def test_stages_add_up_and_hold_every_block(name: str) -> None:
    model = timm.create_model(name).eval()
    costs = count_network(model, (96, 96))
    assert sum((s.total for s in costs.stages), NOTHING) == costs.total
    assert sum((s.in_se for s in costs.stages), NOTHING) == costs.in_se
    assert sum(s.blocks for s in costs.stages) == len(costs.blocks) == len(sv.find_blocks(model))
    assert costs.total.parameters == sum(p.numel() for p in model.parameters())
    bare = count_network(without_se(model), (96, 96))
    assert bare.total == costs.without_se and not bare.blocks
    for block in costs.blocks:
        assert block.block.name.startswith(f"{block.unit}.")
        assert block.unit_cost.parameters > block.cost.parameters > 0


def test_counting_leaves_the_network_alone() -> None:
    model = build("se").train()
    calls = []
    model.register_forward_hook(lambda *_: calls.append(1))
    count_network(model, (64, 64))
    assert model.training and not calls
    assert next(model.parameters()).device.type == "cpu"


def test_stages_are_where_names_first_differ() -> None:
    model = torchvision.models.mobilenet_v3_small()
    names = [block.name for block in sv.find_blocks(model)]
    assert stage_names(model, names)[:2] == ("features.0", "features.1")
    assert stage_names(model, names)[-1] == "classifier"
    assert unit_of(names[0], names) == "features.1"


class Chain(nn.Module):
    """Holds the picture and two maps at its worst: 8 x 8 floats of 3, 5 and 7 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 5, 1), nn.Conv2d(5, 7, 1)
        self.last = nn.Linear(7, 200)  # its weights alone are more than all maps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.two(self.one(x).relu_()).mean((2, 3)))


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_the_peak_is_what_lives_together(device: str) -> None:
    picture = torch.zeros(1, 3, 8, 8, device=device)
    assert peak_bytes(Chain().to(device), picture) == 4 * 64 * (3 + 5 + 7)


def test_scaling_out_of_place_raises_the_peak_of_a_block() -> None:
    unit = build("se").layer1[0]
    picture = torch.zeros(1, WIDTHS[0], 8, 8)
    size = picture.numel() * 4
    # features, the scaled copy and the unit's input live together
    assert peak_bytes(unit, picture) // size >= 3


def test_a_network_without_se_is_the_one_with_gates_of_1(
    network: nn.Module, images: torch.Tensor
) -> None:
    names = [block.name for block in sv.find_blocks(network)]
    network.eval()
    with torch.no_grad(), sv.override(network, dict.fromkeys(names, 1.0)):
        expected = network(images)
    with torch.no_grad():
        torch.testing.assert_close(without_se(network)(images), expected)
        some = without_se(network, blocks=names[:1])
    assert [b.name for b in sv.find_blocks(some)] == names[1:]
    assert sv.find_blocks(network)[0].name == names[0]
    with pytest.raises(sv.BlockError, match="no block 'nowhere'"):
        without_se(network, blocks=["nowhere"])


class OwnGate(nn.Module):
    """Hands back its gate; the network multiplies."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(4, 2, 1), nn.ReLU(), nn.Conv2d(2, 4, 1), nn.Sigmoid())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x.mean((2, 3), keepdim=True))


class Multiplies(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem, self.se = nn.Conv2d(3, 4, 1), OwnGate()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        return (x * self.se(x)).mean((2, 3))


def test_a_block_that_hands_back_its_gate_leaves_a_gate_of_1() -> None:
    model = Multiplies().eval()
    picture = torch.randn(2, 3, 8, 8)
    with torch.no_grad():
        expected = model.stem(picture).mean((2, 3))
        torch.testing.assert_close(without_se(model)(picture), expected)


def test_the_flow_tells_who_reads_what() -> None:
    flow = trace_flow(build("se"), (64, 64))
    block = flow.of("layer1.0.se")
    assert flow.writer(block.reads[0]).name == "layer1.0.bn2"
    assert [step.kind for step in flow.readers(block.writes[0])] == ["add"]
    legacy = trace_flow(timm.create_model("legacy_seresnet18"), (64, 64))
    assert "layer1.0.relu" in legacy.repeated and legacy.of("layer1.0.relu") is None


def test_latency_is_taken_in_turn_and_handed_out_each_round() -> None:
    threads = torch.get_num_threads()
    states = list(measure_latency(build("se"), (32, 32), batch=2, rounds=4, threads=threads + 1))
    assert [state.done for state in states] == [1, 2, 3, 4]
    last = states[-1]
    assert len(last.blocks) == 8 and all(len(v) == 4 for v in last.blocks.values())
    assert (last.batch, last.device, last.threads) == (2, "CPU", threads + 1)
    low, high = last.quartiles
    assert 0 < low <= last.ratio <= high
    assert sum(last.block_ms(name) for name in last.blocks) > 0
    assert torch.get_num_threads() == threads
    with pytest.raises(sv.CaptureError, match="rounds=0"):
        next(measure_latency(build("se"), (32, 32), rounds=0))


def test_a_network_many_times_as_large_is_seen_to_be_slower() -> None:
    other = nn.Sequential(nn.Flatten(), nn.Linear(3 * 64 * 64, 2))
    *_, last = measure_latency(build("se"), (64, 64), other=other, rounds=5)
    assert last.ratio > 3
