"""ONNX files answer as the network does, or are not written."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

# In a process of its own: nnsight, which other tests import, gives every object a ``save``, and
# torch.onnx looks for one.
PROGRAM = """
import numpy as np
import onnxruntime
import torch

import senet_viz as sv
from senet_viz.models.onnx_writing import INPUT, onnx_network

net = sv.load_model("test_efficientnet", trained=False)
content = onnx_network(net, sv.decode(sv.load_sample("china")))
session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
images = net.preprocess(sv.decode(sv.load_sample("coffee")))
(found,) = session.run(None, {INPUT: images.numpy()})
with torch.no_grad():
    expected = net.model(images).numpy()
np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())
print("the same")
"""


def test_scores_are_those_of_the_network() -> None:
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.stdout.strip().endswith("the same"), run.stderr
