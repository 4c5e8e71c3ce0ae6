"""ONNX files answer as the network does, or are not written."""

import numpy as np
import pytest
import torch

import senet_viz as sv
from senet_viz.models.onnx_writing import INPUT, onnx_network

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")


def test_scores_are_those_of_the_network() -> None:
    net = sv.load_model("test_efficientnet", trained=False)
    content = onnx_network(net, sv.decode(sv.load_sample("china")))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    images = net.preprocess(sv.decode(sv.load_sample("coffee")))
    (found,) = session.run(None, {INPUT: images.numpy()})
    with torch.no_grad():
        expected = net.model(images).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())
