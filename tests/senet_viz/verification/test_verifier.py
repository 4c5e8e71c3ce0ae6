"""verify(): one small architecture of every kind, and planted misreadings that it must catch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from senet_viz.core.errors import SENetVizError
from senet_viz.hooks import capture
from senet_viz.models.residual import build
from senet_viz.verification import (
    Verified,
    architectures,
    read_ledger,
    verifier,
    verify,
    verify_each,
)
from senet_viz.verification.memory_check import needed
from senet_viz.verification.random_weights import randomise
from senet_viz.verification.second_opinion import unexplained

READ = [
    ("se_resnet18_imagenette", {"senet_viz SqueezeExcitation": 8}, {}),
    ("mobilenet_v3_small", {"torchvision SqueezeExcitation": 9}, {}),
    ("seresnet18", {"timm SEModule": 8}, {}),
    ("test_byobnet", {"timm SEModule": 4}, {}),
    ("mobilenetv3_small_050", {"timm SqueezeExcite": 9}, {}),
    ("legacy_seresnet18", {"timm SEModule": 8}, {}),
    ("ese_vovnet19b_slim_dw", {"timm EffectiveSEModule": 4}, {}),
    ("hgnet_tiny", {"timm EseModule": 5}, {}),
    ("ecaresnet26t", {"timm EcaModule": 8}, {}),
    ("gc_efficientnetv2_rw_t", {"timm GlobalContext": 29}, {}),
    ("ghostnetv2_100", {"timm SqueezeExcite": 7}, {"timm GhostModuleV2": 14}),
    ("gcresnext26ts", {}, {"timm GlobalContext": 8}),
    ("resnest14d", {}, {"timm SplitAttn": 4}),
    ("skresnet18", {}, {"timm SelectiveKernel": 8}),
    ("hgnetv2_b0", {}, {}),
    ("squeezenet1_0", {}, {}),
]


@pytest.mark.parametrize(("name", "blocks", "declared"), READ, ids=[row[0] for row in READ])
def test_every_kind_is_read_or_declared(
    name: str, blocks: dict[str, int], declared: dict[str, int]
) -> None:
    answer = verify(name)
    assert answer.problem == ""
    assert (answer.blocks, answer.declared) == (blocks, declared)
    assert answer.verified == sum(blocks.values())
    assert answer.relative_error <= 1e-5
    assert answer.verdict == ("verified" if blocks else "declared" if declared else "none")


def test_the_number_outside_an_nfnet_block_is_recorded() -> None:
    answer = verify("test_nfnet")
    assert (answer.verified, answer.factors, answer.problem) == (4, ("2·s",), "")


def test_a_network_that_refuses_small_pictures_gets_its_own_size() -> None:
    assert verify("mobilenetv3_small_050").side == 64
    assert verify("test_maxvit").side == 160


def test_all_means_both_libraries_whole_and_what_is_built_here() -> None:
    names = architectures()
    assert len(set(names)) == len(names) > 1400
    assert {"se_vgg16_bn", "resnet18", "timm/resnet18", "lraspp_mobilenet_v3_large"} <= {*names}
    assert not any(name.startswith(("quantized_", "raft_")) for name in names)


@pytest.fixture
def misread(monkeypatch: pytest.MonkeyPatch):
    """What a capture says, changed, for the length of a test."""

    def change(**changes) -> None:
        def wrong(*args, **kwargs):
            seen = capture(*args, **kwargs)
            return replace(
                seen,
                activations=tuple(
                    replace(a, **{name: how(a) for name, how in changes.items()}) for a in seen
                ),
            )

        monkeypatch.setattr(verifier, "capture", wrong)

    return change


def test_a_failed_proof_is_a_miss(misread) -> None:
    misread(error=lambda a: 0.01 * a.output_scale)
    answer = verify("test_byobnet")
    assert answer.missed and answer.verdict == "missed"
    assert "The proof of 4 blocks of 4 failed: " in answer.problem
    assert answer.verified == 0
    assert answer.relative_error > 1e-3


def test_a_wrong_squeeze_is_a_miss(misread) -> None:
    misread(squeeze=lambda a: np.float32(1.01) * a.squeeze)
    assert "is not the mean of its features" in verify("test_byobnet").problem


def test_what_is_no_longer_found_is_a_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "find_blocks", lambda model: ())
    answer = verify("test_byobnet")
    assert "Neither found nor declared: " in answer.problem
    assert "(SEModule)" in answer.problem
    assert "0 blocks were found where the catalogue lists 4" in answer.problem


def test_zero_features_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "randomise", lambda model, blocks: None)
    answer = verify("seresnet18")  # its last norm layers start at zero
    assert "holds for zeros only" in answer.problem


def test_gates_that_are_all_alike_prove_little(monkeypatch: pytest.MonkeyPatch) -> None:
    def silenced(model: nn.Module, blocks: list[nn.Module]) -> None:
        randomise(model, blocks)
        for block in blocks:
            for parameter in block.parameters():
                parameter.data.zero_()

    monkeypatch.setattr(verifier, "randomise", silenced)
    assert "are all alike" in verify("test_byobnet").problem


def test_too_little_memory_is_said_and_counts_as_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("senet_viz.verification.memory_check.available", lambda: 10**9)
    assert verify("test_byobnet").problem == "skipped: needs about 1.0 GB, 0.9 GB are free"
    assert not verify("hgnetv2_b0").missed  # nothing to run


def test_memory_is_estimated_from_shapes_alone() -> None:
    with torch.device("meta"):
        model = nn.Linear(50_000, 50_000)
    assert needed(model) == pytest.approx(1.5 * 4 * 50_000**2 + 2**30, rel=0.01)


def test_an_unknown_name_is_a_miss_with_a_hint() -> None:
    answer = verify("seresnet5O")
    assert "Did you mean seresnet50" in answer.problem


def test_random_numbers_are_left_alone() -> None:
    before = torch.get_rng_state()
    verify("test_byobnet")
    assert torch.equal(torch.get_rng_state(), before)


class Impostor(nn.Module):
    """A gate under an unusual roof."""

    def __init__(self) -> None:
        super().__init__()
        self.squash = nn.Hardsigmoid()
        self.se = nn.Conv2d(4, 4, 1)
        self.eca = nn.Identity()


def test_the_second_opinion_sees_gates_by_class_by_name_and_by_sigmoid() -> None:
    model = nn.ModuleDict({"a": Impostor(), "b": build("se").layer1})
    seen = unexplained(model, frozenset(), frozenset())
    assert seen == (
        "a.squash (Hardsigmoid)",
        "a.se (Conv2d)",
        "b.0.se (SqueezeExcitation)",
        "b.0.se.gate (Sigmoid)",
        "b.1.se (SqueezeExcitation)",
        "b.1.se.gate (Sigmoid)",
    )
    blocks = frozenset({"b.0.se", "b.1.se"})
    assert unexplained(model, blocks, frozenset({"a"})) == ()
    hidden = unexplained(model, frozenset(), blocks | {"a"})
    assert hidden == ("b.0.se (SqueezeExcitation)", "b.1.se (SqueezeExcitation)")
    assert unexplained(model, blocks, frozenset(), idle=frozenset({"a.se"})) == seen[:1]


def test_one_failure_does_not_stop_the_rest_and_the_ledger_has_every_line(tmp_path: Path) -> None:
    ledger = tmp_path / "table.csv"
    names = ["test_byobnet", "no such network", "skresnet18"]
    answers = list(verify_each(names, ledger=ledger))
    assert [a.verdict for a in answers] == ["verified", "missed", "declared"]
    again = read_ledger(ledger)
    assert [a.architecture for a in again] == names
    for written, read in zip(answers, again, strict=True):
        assert (read.blocks, read.declared, read.problem) == (
            written.blocks,
            written.declared,
            written.problem,
        )


def test_a_resumed_run_believes_what_was_read_rightly_and_tries_misses_again(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "table.csv"
    list(verify_each(["test_byobnet", "no such network"], ledger=ledger))
    lines = ledger.read_text().splitlines()
    assert lines[1].startswith("test_byobnet,timm,timm SEModule=4,4,")
    lines[1] = "test_byobnet,timm,timm SEModule=4,4,,1e-7,1,64,1234,"
    lines[2] = "skresnet18,timm,,0,,0,1,0,1,MISSED"
    ledger.write_text("\n".join([*lines, "hgnetv2_b0,timm,,0"]))  # the last line was cut short
    first, second, third = verify_each(["test_byobnet", "skresnet18", "hgnetv2_b0"], ledger=ledger)
    assert first.seconds == 1234
    assert (second.verdict, third.verdict) == ("declared", "none")
    kept = read_ledger(ledger)
    assert [(a.architecture, a.missed) for a in kept] == [
        ("test_byobnet", False),
        ("skresnet18", False),
        ("hgnetv2_b0", False),
    ]


def test_misses_that_were_not_asked_for_again_stay_in_the_ledger(tmp_path: Path) -> None:
    ledger = tmp_path / "table.csv"
    list(verify_each(["no such network"], ledger=ledger))
    list(verify_each(["squeezenet1_0"], ledger=ledger))
    assert [a.verdict for a in read_ledger(ledger)] == ["missed", "none"]


def test_another_csv_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("picture,grade\n1,2\n")
    with pytest.raises(SENetVizError, match=r"mine\.csv is no table of verified.*picture, grade"):
        list(verify_each(["squeezenet1_0"], ledger=path))
    assert path.read_text() == "picture,grade\n1,2\n"


def test_a_miss_outweighs_everything() -> None:
    assert Verified("x", blocks={"k": 1}, verified=1, problem="no").verdict == "missed"


def test_a_table_of_before_says_gain_and_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(
        "architecture,library,blocks,verified,declared,relative_error,gain,side,seconds,problem\n"
        "test_nfnet,timm,timm SEModule=4,4,,0,2,64,0.3,\n"
        "seresnet18,timm,timm SEModule=8,8,,0,1,64,0.3,\n"
    )
    assert [answer.factors for answer in read_ledger(path)] == [("2·s",), ("s",)]
