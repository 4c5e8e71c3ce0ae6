"""The table of architectures is what a scan finds."""

import csv
import io

import pytest
import timm
import torchvision

from senet_viz.models.architecture_scan import write_table
from senet_viz.models.catalogue import TABLE


def test_the_table_agrees_with_a_scan_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    some = ["test_efficientnet", "seresnet18", "ecaresnet50t", "resnet18", "regnety_002"]
    monkeypatch.setattr(timm, "list_models", lambda: some)
    names = [
        "mobilenet_v3_small",
        "quantized_mobilenet_v3_large",
        "resnet18",
        "regnet_y_400mf",
        "ssdlite320_mobilenet_v3_large",
    ]
    monkeypatch.setattr(torchvision.models, "list_models", lambda: names)
    found = io.StringIO()
    write_table(found)
    rows = list(csv.reader(io.StringIO(found.getvalue())))
    with TABLE.open(newline="", encoding="utf-8") as file:
        table = list(csv.reader(file))
    assert rows[0] == table[0]
    assert [row[1] for row in rows[5:]] == [
        "se_bn_inception",
        "se_inception_v3",
        "se_inception_resnet_v2",
        "se_vgg16_bn",
        "mobilenet_v3_small",
        "regnet_y_400mf",
        "ssdlite320_mobilenet_v3_large",
        "test_efficientnet",
        "seresnet18",
        "ecaresnet50t",
        "regnety_002",
    ]
    assert all(row in table for row in rows)
