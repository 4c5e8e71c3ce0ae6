"""Records made by hand, and what a browser would get: decoded traces, decoded PNGs."""

import base64
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from senet_viz.core.records import BlockActivation, SEBlock
from senet_viz.core.summaries import BlockSummary, ChannelRanking
from senet_viz.figures.base import chart

HOSTILE = "a<b>x</b> $y^2$ &lt; %{x}.<extra>0</extra>.se"


def activation(
    gates: Any,
    *,
    name: str = "layer1.0.se",
    squeeze: Any = None,
) -> BlockActivation:
    """gates (n, c); the squeeze defaults to twice the gates."""
    excitation = np.asarray(gates, dtype=np.float32)
    return BlockActivation(
        block=SEBlock(name, 0, "test", "sigmoid", excitation.shape[1], 4),
        squeeze=np.asarray(2 * excitation if squeeze is None else squeeze, dtype=np.float32),
        hidden=None,
        excitation=excitation,
        features=None,
        places=(7, 7),
        error=0.0,
        output_scale=1.0,
    )


def beta_gates(channels: int, *, pictures: int = 1, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.beta(2, 2, (pictures, channels)).astype(np.float32)


def ranking(of: BlockActivation, *, top: int = 8, image: int = 0) -> ChannelRanking:
    score = of.excitation[image].astype(np.float64)
    order = np.argsort(-score, kind="stable")
    return ChannelRanking(of.block, image, order, score, relative=False, top=top)


def summary(name: str, *, mean: float = 0.5, **changed: Any) -> BlockSummary:
    values = {
        "std": 0.1,
        "minimum": 0.1,
        "maximum": 0.9,
        "entropy": 2.0,
        "near_zero": 0.0,
        "near_one": 0.0,
        "exactly_zero": 0.0,
        "exactly_one": 0.0,
        "constant": None,
        "relative_error": 3e-8,
        "proof": "verified",
    }
    block = SEBlock(name, 0, "test", "sigmoid", 32, 4)
    return BlockSummary(block=block, mean=mean, **(values | changed))


def sent(figure: Any) -> dict[str, Any]:
    """The figure as the browser reads it, typed arrays decoded."""

    def decoded(value: Any) -> Any:
        if isinstance(value, dict) and "bdata" in value:
            raw = np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"])
            shape = [int(n) for n in str(value.get("shape", raw.size)).split(",")]
            return raw.reshape(shape)
        if isinstance(value, dict):
            return {key: decoded(item) for key, item in value.items()}
        return [decoded(item) for item in value] if isinstance(value, list) else value

    whole: dict[str, Any] = decoded(json.loads(figure.to_json()))
    return whole


def pixels(png: bytes) -> np.ndarray:
    """(h, w, 3) uint8."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def words(figure: Any) -> str:
    """Every text plotly would lay out: annotations, ticks, titles, legend, hover."""
    spec = sent(figure)
    found: list[str] = []

    def collect(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for inner, item in value.items():
                collect(item, inner)
        elif isinstance(value, list):
            for item in value:
                collect(item, key)
        elif isinstance(value, str) and key in {"text", "ticktext", "hovertext", "name", "y"}:
            found.append(value)

    collect(spec, "")
    return "\n".join(found)


@pytest.fixture
def make() -> Any:
    """The functions above, as one object."""

    class Make:
        hostile = HOSTILE

    for function in (activation, beta_gates, ranking, summary, sent, pixels, words):
        setattr(Make, function.__name__, staticmethod(function))
    return Make


@pytest.fixture
def columns_agree() -> Callable[[dict[str, Any]], bool]:
    """Whether the columns of a chart's table have one length."""
    return lambda table: len({len(column) for column in table.values()}) == 1


@pytest.fixture(autouse=True)
def validated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure drawn here is checked by Plotly, setting by setting."""
    monkeypatch.setattr(chart, "VALIDATE", True)
