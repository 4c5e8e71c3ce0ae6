"""Edits come to the arrays that override takes: each kind, several at once, and what is refused."""

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.analysis.gate_edits import (
    GateEdit,
    channel_words,
    edited_gates,
    gates_by_block,
    parse_channels,
)

OWN = {
    "a": np.linspace(0.1, 0.8, 8, dtype=np.float32),
    "b": np.linspace(0.2, 0.5, 4, dtype=np.float32),
}
OTHER = {"a": np.full(8, 0.25, np.float32), "b": np.full(4, 0.75, np.float32)}


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (GateEdit("a", "one"), np.ones(8)),
        (GateEdit("a", "zero"), np.zeros(8)),
        (GateEdit("a", "value", value=0.35), np.full(8, 0.35)),
        (GateEdit("a", "usual"), OTHER["a"]),
        (GateEdit("a", "transplant", source="cat"), 1 - OWN["a"]),
    ],
    ids=lambda x: x.how if isinstance(x, GateEdit) else "",
)
def test_every_kind_speaks_for_all_channels(edit: GateEdit, expected: np.ndarray) -> None:
    cat = {"a": 1 - OWN["a"]}
    gates = edited_gates([edit], OWN, usual=OTHER, transplants={"cat": cat})
    assert list(gates) == ["a"]
    assert gates["a"].dtype == np.float32
    assert not gates["a"].flags.writeable
    np.testing.assert_allclose(gates["a"], expected, rtol=1e-6)


@pytest.mark.parametrize("how", ["one", "zero", "value", "usual", "transplant", "shuffle"])
def test_other_channels_are_left_to_the_network(how: str) -> None:
    edit = GateEdit("a", how, channels=(1, 6), source="cat")
    gates = edited_gates([edit], OWN, usual=OTHER, transplants={"cat": OTHER})["a"]
    assert np.flatnonzero(~np.isnan(gates)).tolist() == [1, 6]


def test_shuffling_deals_out_the_same_gates_among_the_chosen_channels() -> None:
    chosen = (0, 2, 4, 6)
    found = [
        edited_gates([GateEdit("a", "shuffle", channels=chosen, seed=seed)], OWN)["a"]
        for seed in range(6)
    ]
    for gates in found:
        assert sorted(gates[list(chosen)]) == sorted(OWN["a"][list(chosen)])
        assert np.isnan(gates[[1, 3, 5, 7]]).all()
    assert len({gates.tobytes() for gates in found}) > 1
    again = edited_gates([GateEdit("a", "shuffle", channels=chosen, seed=3)], OWN)["a"]
    np.testing.assert_array_equal(again, found[3])


def test_the_later_edit_holds_where_two_speak() -> None:
    off, shut = GateEdit("a", "one"), GateEdit("a", "zero", channels=(2, 3))
    gates = edited_gates([off, shut, GateEdit("b", "value", value=0.5)], OWN)
    np.testing.assert_array_equal(gates["a"], [1, 1, 0, 0, 1, 1, 1, 1])
    np.testing.assert_array_equal(gates["b"], np.full(4, 0.5, np.float32))
    np.testing.assert_array_equal(edited_gates([shut, off], OWN)["a"], np.ones(8))
    assert edited_gates([], OWN) == {}


def test_the_gates_of_the_unedited_picture_stay_as_they_were() -> None:
    kept = OWN["a"].copy()
    edited_gates([GateEdit("a", "shuffle"), GateEdit("a", "zero")], OWN)
    np.testing.assert_array_equal(OWN["a"], kept)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (GateEdit("aa", "one"), "Did you mean 'a'"),
        (GateEdit("b", "zero", channels=(4,)), "no channel 4 in b: it has 4, 0 to 3"),
        (GateEdit("b", "zero", channels=(-1,)), "no channel -1"),
        (GateEdit("a", "value", value=1.2), r"gate 1\.2 .* from 0 to 1"),
        (GateEdit("a", "value", value=float("nan")), "gate nan"),
        (GateEdit("a", "usual"), "usual gates of a were not given"),
        (GateEdit("a", "transplant", source="dog"), "picture 'dog' of a were not given"),
        (GateEdit("a", "transplant", source="cat"), r"shape \(4,\), but the block has 8"),
    ],
)
def test_what_does_not_fit_is_explained(edit: GateEdit, message: str) -> None:
    with pytest.raises(sv.BlockError, match=message):
        edited_gates([edit], OWN, transplants={"cat": {"a": OTHER["b"]}})


def test_an_unknown_way_is_explained() -> None:
    edit = GateEdit("a", "one")
    object.__setattr__(edit, "how", "mean")  # the tests' own check of types would not let it in
    with pytest.raises(sv.BlockError, match=r"no edit 'mean'\. Known: one, zero"):
        edited_gates([edit], OWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", (3,)),
        ("3, 7, 20-31", (3, 7, *range(20, 32))),
        (" 7 3;3 , 20 – 21 ", (3, 7, 20, 21)),
        ("0-0", (0,)),
        ("127", (127,)),
    ],
)
def test_channels_are_read_from_words(text: str, expected: tuple[int, ...]) -> None:
    assert parse_channels(text, 128) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no channel was given"),
        (" , ", "no channel was given"),
        ("three", "'three' is no channel"),
        ("-3", "'-3' is no channel"),
        ("3-", "'3-' is no channel"),
        ("1.5", "'1.5' is no channel"),
        ("²", "is no channel"),
        ("128", "no channel 128: there are 128, 0 to 127"),
        ("0-999999999", "no channel 999999999"),
        ("99999999999999", "is no channel"),
        ("31-20", "runs backwards. Write 20-31"),
    ],
)
def test_what_is_no_channel_is_explained(text: str, message: str) -> None:
    with pytest.raises(sv.BlockError, match=message):
        parse_channels(text, 128)


@pytest.mark.parametrize("channels", [(), (5,), (5, 6), (5, 6, 7), (0, 2, 3, 4, 9, 10)])
def test_words_of_channels_read_back_as_the_same(channels: tuple[int, ...]) -> None:
    words = channel_words(channels)
    assert (parse_channels(words, 11) if words else ()) == channels


def test_override_does_what_the_edits_say(network: nn.Module, images: torch.Tensor) -> None:
    before, cat = (sv.capture(network, images[i : i + 1]) for i in (0, 1))
    edits = [
        GateEdit("layer1.0.se", "transplant", source="cat"),
        GateEdit("layer2.0.se", "shuffle", seed=1),
        GateEdit("layer3.1.se", "zero", channels=(3, 5)),
    ]
    own = gates_by_block(before)
    gates = edited_gates(edits, own, transplants={"cat": gates_by_block(cat)})
    with sv.override(network, gates):
        after = sv.capture(network, images[:1])
    for name in ("layer1.0.se", "layer2.0.se"):
        np.testing.assert_array_equal(after[name].excitation[0], gates[name])
    np.testing.assert_array_equal(gates["layer1.0.se"], cat["layer1.0.se"].excitation[0])
    assert sorted(gates["layer2.0.se"]) == sorted(own["layer2.0.se"])
    assert (after["layer3.1.se"].excitation[0, [3, 5]] == 0).all()
    assert (after["layer3.1.se"].excitation[0, [4, 6]] != 0).all()
    assert not np.allclose(after.logits, before.logits, rtol=1e-3)
    assert {a.proof for a in after} == {"verified"}
