"""Files of gate edits: what was saved is opened again, and what is no such file says why."""

import json
from typing import Any

import pytest

from senet_viz.analysis import GateEdit, edits_from_json, edits_to_json
from senet_viz.core.errors import InputError

CHANNELS = {"a": 8, "b": 4}
STEPS = (
    (GateEdit("a", "value", (3, 4), value=0.125), GateEdit("b", "value", (0,), value=0.125)),
    (GateEdit("b", "shuffle", seed=7),),
    (GateEdit("a", "transplant", source="coffee"),),
)
STEP: dict[str, Any] = {"how": "zero", "value": 1.0, "seed": 0, "source": "", "blocks": {"a": []}}


def file(**changed: Any) -> bytes:
    whole = json.loads(edits_to_json([], network="any"))
    return json.dumps({**whole, "steps": [{**STEP, **changed}]}).encode()


def test_what_was_saved_is_opened_again() -> None:
    data = edits_to_json(STEPS, network="a network, 网络")
    assert data == edits_to_json(STEPS, network="a network, 网络")
    assert edits_from_json(data, CHANNELS) == STEPS
    assert edits_from_json(edits_to_json([]), CHANNELS) == ()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfe", "it is no JSON"),
        (b"{", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"1" * 5000, "it is no JSON"),
        (b" " * 2**21, "it is larger than 1 MB"),
        (b"[]", "it does not say that it does"),
        (b'{"what": "senet_viz gate edits", "version": 9}', "another version than 1"),
        (b'{"what": "senet_viz gate edits", "version": 1}', "no list of up to 1"),
        (file(blocks={}), "edit 1 of the file cannot be used: it names no blocks"),
        (file(blocks=["a"]), "it names no blocks"),
        (file(blocks={"c": []}), "edit 1 of the file cannot be used: there is no block 'c'"),
        (file(blocks={"a": [8]}), "there is no channel 8 in a"),
        (file(blocks={"a": [-1]}), "there is no channel -1 in a"),
        (file(blocks={"a": [True]}), "its channels must be a list of whole numbers"),
        (file(blocks={"a": "3"}), "its channels must be a list of whole numbers"),
        (file(how="open"), "there is no edit 'open'"),
        (file(how=3), "must be text"),
        (file(source=None), "must be text"),
        (file(value=float("nan")), "gates are from 0 to 1"),
        (file(value=1e300), "gates are from 0 to 1"),
        (file(value="1"), "must be numbers"),
        (file(seed=-1), "must be numbers"),
        (file(seed=True), "must be numbers"),
    ],
)
def test_another_file_says_why_in_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(InputError) as caught:
        edits_from_json(data, CHANNELS)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
