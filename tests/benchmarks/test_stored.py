"""The numbers of the stored network are of the pictures that were drawn, and of all its blocks."""

import torch

import senet_viz as sv
from senet_viz.training.augmentation import normalise
from senet_viz.training.data import Split
from tests.benchmarks.stored import NAME, drawn, report


def pictures() -> Split:
    generator = torch.Generator().manual_seed(1)
    noise = torch.randint(0, 256, (9, 3, 64, 64), generator=generator).to(torch.uint8)
    with torch.no_grad():
        answers = sv.load_model(NAME).model(normalise(noise)).argmax(1)
    return Split(noise, torch.where(torch.arange(9) < 5, answers, (answers + 1) % 10))


def test_the_same_pictures_are_drawn_each_time_and_each_once() -> None:
    split = pictures()
    first, again = (torch.cat([x for x, _ in drawn(split, 7, batch=3)]) for _ in range(2))
    assert torch.equal(first, again) and len(first.unique(dim=0)) == 7


def test_the_report_counts_what_is_right_and_names_every_block() -> None:
    lines = list(report(pictures(), number=9, fitted=4))
    assert lines[0].startswith("top-1 55.6% of 9 pictures")  # 5 of 9 have their label
    blocks = [block.name for block in sv.find_blocks(sv.load_model(NAME).model)]
    assert [line.partition(":")[0] for line in lines[1:9]] == blocks
    assert lines[9].startswith("without pooling in any block") and lines[9].endswith("of 4")
    assert [line.partition(":")[0] for line in lines[10:]] == blocks
