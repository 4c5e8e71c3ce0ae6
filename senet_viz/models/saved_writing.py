"""Writes a network as one file: its tensors, and a manifest that says how to build it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save
from torch import Tensor, nn

from senet_viz.blocks.network_runs import tensors_in
from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr
from senet_viz.models.catalogue import load_model
from senet_viz.models.network import Network
from senet_viz.models.saved_manifest import (
    KEY,
    TIMM_CONFIG,
    CutBlock,
    FoldedBlock,
    Judged,
    JudgedFindings,
    Manifest,
)

SAME = 1e-5  # of the largest output


def save_network(
    net: Network,
    path: Path,
    *,
    folded: Sequence[FoldedBlock] = (),
    cut: Sequence[CutBlock] = (),
    judged: Judged | JudgedFindings | None = None,
) -> Manifest:
    """Write ``net`` so that ``load_model(path)`` opens it again; what the file says is returned.

    folded, cut: what was done to ``net.model`` since ``net`` was loaded. The file is opened again
    and its outputs compared before it is left at ``path``: a WeightsError says why a network cannot
    be saved. One of your own code is filled again by ``fill_saved``.
    """
    content, manifest = saved_network(net, folded=folded, cut=cut, judged=judged)
    path.write_bytes(content)  # save_file would make the file private to this user
    return manifest


def saved_network(
    net: Network,
    *,
    folded: Sequence[FoldedBlock] = (),
    cut: Sequence[CutBlock] = (),
    judged: Judged | JudgedFindings | None = None,
) -> tuple[bytes, Manifest]:
    """What ``save_network`` writes and returns."""
    before = net.manifest
    manifest = Manifest(
        library=net.library if before is None else before.library,
        architecture=_architecture(net),
        classes=len(net.labels),
        labels=net.labels,
        preprocessing=_preprocessing(net),
        folded=(*(() if before is None else before.folded), *folded),
        cut=(*(() if before is None else before.cut), *cut),
        judged=judged,
        source_sha256=net.sha256 if before is None else before.source_sha256,
    )
    state = {k: v.detach().cpu().clone().contiguous() for k, v in net.model.state_dict().items()}
    content: bytes = save(state, metadata={KEY: manifest.text()})
    if manifest.library != "own":
        _require_same(net, content)
    return content, manifest


def _architecture(net: Network) -> str:
    """Its name in its library."""
    if net.manifest is not None:
        return net.manifest.architecture
    if net.library == "timm":
        named: Any = net.model.pretrained_cfg
        return str(named["architecture"])
    return net.name.rpartition("/")[2] if net.library != "own" else net.name


def _preprocessing(net: Network) -> dict[str, Any]:
    prepared = net.preprocess
    content: dict[str, Any] = {
        "input_size": list(prepared.input_size),
        "mean": list(prepared.mean),
        "std": list(prepared.std),
        "geometry": prepared.geometry,
    }
    if net.library == "timm":
        from timm.data import resolve_model_data_config

        config = resolve_model_data_config(net.model)
        content["timm"] = {key: config[key] for key in TIMM_CONFIG}
    return content


def _require_same(net: Network, content: bytes) -> None:
    """Raise a WeightsError unless the file opens as the very same network."""
    with tempfile.TemporaryDirectory(prefix="senet_viz_") as folder:
        file = Path(folder) / "saved.safetensors"
        file.write_bytes(content)
        try:
            again = load_model(file)
        except WeightsError as error:
            raise WeightsError(
                tr(
                    "{network} cannot be saved so that it opens again: {problem}",
                    network=net.name,
                    problem=str(error.args[0]).replace(str(file), tr("the file")),
                )
            ) from error
    height, width = net.preprocess.input_size
    draw = np.random.default_rng(0).integers(0, 256, (height + 40, width + 60, 3), dtype=np.uint8)
    picture = Image.fromarray(draw)
    parameter = next(net.model.parameters())
    with torch.no_grad():
        was = _outputs(net.model, net.preprocess(picture).to(parameter))
        now = _outputs(again.model, again.preprocess(picture).to(parameter.dtype))
    if len(was) != len(now) or not all(map(_same, was, now)):
        raise WeightsError(
            tr(
                "{network} cannot be saved so that it opens again: built again by its name "
                "{architecture}, it answers otherwise.",
                network=net.name,
                architecture=_architecture(net),
            )
        )


def _outputs(model: nn.Module, images: Tensor) -> list[Tensor]:
    return [t.detach().cpu().double() for t in tensors_in(model(images))]


def _same(first: Tensor, second: Tensor) -> bool:
    if first.shape != second.shape:
        return False
    apart = (first - second).abs().max() if first.numel() else torch.zeros(())
    return bool(apart <= SAME * max(1e-12, float(first.abs().max()) if first.numel() else 1.0))
