"""What a bundle says of itself: network, pictures, settings, versions, a hash of each file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from senet_viz.core.package_versions import versions
from senet_viz.core.translation import again, language
from senet_viz.figures.base.chart import Chart
from senet_viz.models.network import Network
from senet_viz.reports.inspection import Inspection, Settings

FORMAT = "senet_viz evidence 1"


def about_network(network: Network) -> dict[str, Any]:
    """Weights by their sha256, preprocessing in words and numbers."""
    return {
        "name": network.name,
        "title": network.title,
        "library": network.library,
        "weights_sha256": network.sha256,
        "trained": network.trained,
        "source": network.source,
        "licence": network.licence,
        "accuracy": network.accuracy,
        "accuracy_on": network.accuracy_on,
        "labels": list(network.labels),
        "usual_gates": None if network.reference is None else network.reference.source,
        "notes": list(network.notes),
        "preprocessing": network.preprocess.record,
    }


def about_picture(inspection: Inspection, folder: str, settings: Settings) -> dict[str, Any]:
    """The picture by its sha256, how it was converted, and the result of each block's proof.

    For an array ``input`` holds its shape in the network, its type in the file, and its sha256.
    """
    values = inspection.values
    given = {
        "input": {
            "shape": None if values is None else list(values.shape),
            "dtype": inspection.dtype,
            "sha256": inspection.sha256,
        }
    }
    return {
        **({} if values is None else given),
        "folder": folder,
        "name": inspection.name,
        "sha256": inspection.sha256,
        "format": inspection.format,
        "size": list(inspection.size),
        "notes": [*inspection.notes, *inspection.capture.notes],
        "seen_size": list(inspection.capture.input_size),
        "settings": settings.record(inspection.capture),
        "blocks": [
            {
                **asdict(activation.block),
                "error": activation.error,
                "relative_error": activation.relative_error,
                "proof": activation.proof,
            }
            for activation in inspection.capture
        ],
    }


def manifest(
    network: Network, pictures: Sequence[Mapping[str, Any]], hashes: Mapping[str, Mapping[str, Any]]
) -> bytes:
    """The manifest's file; equal evidence gives equal bytes, so it holds no time and no path."""
    words = {
        "format": FORMAT,
        "language": language(),
        "versions": versions(),
        "network": about_network(network),
        "pictures": list(pictures),
        "members": dict(sorted(hashes.items())),
    }
    return (json.dumps(_said(words), indent=1, ensure_ascii=False) + "\n").encode()


def charts_manifest(
    charts: Mapping[str, Chart], about: Mapping[str, Any], hashes: Mapping[str, Mapping[str, Any]]
) -> bytes:
    """The same for a bundle of charts: what each of them is of."""
    words = {
        "format": FORMAT,
        "language": language(),
        "versions": versions(),
        **about,
        "charts": [
            {"name": name, "title": chart.title, **asdict(chart.source)}
            for name, chart in charts.items()
        ],
        "members": dict(sorted(hashes.items())),
    }
    return (json.dumps(_said(words), indent=1, ensure_ascii=False) + "\n").encode()


def _said(value: Any) -> Any:
    """What was said when a network was loaded, or a picture read, in the manifest's language."""
    if isinstance(value, Mapping):
        return {key: _said(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_said(part) for part in value]
    return again(value)


def entry(content: bytes) -> dict[str, Any]:
    """Size and sha256 of one member."""
    return {"bytes": len(content), "sha256": sha256(content).hexdigest()}
