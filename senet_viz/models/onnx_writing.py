"""A network as ONNX: written, run by ONNX Runtime on a picture, and compared before it is given."""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from senet_viz.core.errors import WeightsError
from senet_viz.core.extras import import_extra, require_extra
from senet_viz.core.translation import tr
from senet_viz.models.network import Network
from senet_viz.models.wording import one_line

CLOSE = 1e-4  # of the largest output
INPUT, OUTPUT = "pictures", "scores"


def onnx_network(net: Network, picture: Image.Image) -> bytes:
    """``net`` as an ONNX file: preprocessed pictures (n, 3, h, w) in, scores (n, k) out.

    picture: what both are run on. Raises a WeightsError where the network cannot be exported, or
    where ONNX Runtime answers otherwise than PyTorch.
    """
    require_extra("onnx")
    model = net.model.cpu().float().eval()
    images = net.preprocess(picture)
    with tempfile.TemporaryDirectory(prefix="senet_viz_") as folder:
        file = Path(folder) / "network.onnx"
        try:
            with warnings.catch_warnings(), torch.no_grad():
                warnings.simplefilter("ignore")
                expected = model(images)
                if not isinstance(expected, torch.Tensor):
                    raise TypeError(tr("it gives more than scores by class"))
                torch.onnx.export(
                    model,
                    (images,),
                    str(file),
                    input_names=[INPUT],
                    output_names=[OUTPUT],
                    dynamic_shapes=({0: torch.export.Dim.AUTO},),
                    external_data=False,
                    verbose=False,
                )
        except Exception as error:  # what a network does may not be exportable in many ways
            raise WeightsError(
                tr(
                    "{network} cannot be written as ONNX ({problem}).",
                    network=net.name,
                    problem=one_line(error),
                )
            ) from error
        content = file.read_bytes()
    runtime = import_extra("onnxruntime")
    session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (outputs,) = session.run([OUTPUT], {INPUT: images.numpy()})
    apart = float(
        np.abs(outputs - expected.numpy()).max() / max(1e-12, float(expected.abs().max()))
    )
    if not apart <= CLOSE:
        raise WeightsError(
            tr(
                "{network} as ONNX answers otherwise than in PyTorch: scores are {apart:.1e} of "
                "the largest apart on the picture tried.",
                network=net.name,
                apart=apart,
            )
        )
    return content
