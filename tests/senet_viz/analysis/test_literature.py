"""What papers claim, put to surveys that are made to agree, to differ or not to say."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.analysis.literature import CLAIMS, PAPERS, Finding, literature
from senet_viz.analysis.squeeze_correlation import correlation_of
from senet_viz.surveys.tables import shipped_survey

PICTURES, CHANNELS = 24, 32


@dataclass(frozen=True)
class Kept:
    """Gates of single pictures of three blocks: the second follows the first, the third neither."""

    follows: bool

    def gates(self, place: int) -> np.ndarray:
        rng = np.random.default_rng(0)
        first = rng.random((PICTURES, CHANNELS), np.float32)
        other = np.random.default_rng(place).random((PICTURES, CHANNELS), np.float32)
        return first + 0.1 * other if self.follows and place < 2 else other

    def squeezes(self, place: int) -> np.ndarray:
        """Of the first block against the gates, of the others by chance."""
        if place == 0:
            return 1 - self.gates(place)
        return np.random.default_rng(9 + place).random((PICTURES, CHANNELS), np.float32)

    def pictures(self) -> tuple[Any, ...]:
        return ()

    def picture(self, name: str) -> bytes | None:
        return None


@pytest.fixture(scope="module")
def shipped() -> sv.Survey:
    return sv.load_survey(shipped_survey("se_resnet18_imagenette"))


def by_claim(survey: sv.Survey) -> dict[str, Finding]:
    found = {each.claim: each for each in literature(survey)}
    assert set(found) == set(CLAIMS) == set(PAPERS)
    return found


def kept(shipped: sv.Survey, folder: Path, *, follows: bool) -> sv.Survey:
    (folder / "gates").mkdir()
    names = shipped.blocks[:3]
    moments = {
        name: replace(
            shipped.moments[name],
            block=name,
            **{
                part: getattr(shipped.moments[name], part)[:, :CHANNELS]
                for part in ("mean", "m2", "lowest", "highest", "near_zero", "near_one")
            },
        )
        for name in names
    }
    manifest = {**shipped.manifest, "keep_gates": True}
    return replace(
        shipped,
        folder=folder,
        blocks=names,
        moments=moments,
        manifest=manifest,
        reader=Kept(follows),
    )


def test_the_shipped_survey_in_numbers(shipped: sv.Survey) -> None:
    found, splits = by_claim(shipped), sv.analysis.split_survey(shipped)
    off = [split.relative for split in splits.values()]
    assert found["stripes"].value == np.mean(np.array(off) < 0.1)
    assert f"{min(off):.1%} to {max(off):.1%}" in found["stripes"].sentence
    shares = [split.corrected_share for split in splits.values()]
    assert found["late_specific"].value == pytest.approx(np.mean(shares[-2:]) - np.mean(shares[:2]))
    assert found["late_specific"].verdict == "agrees"
    near = {
        b: shipped[b].near_one.sum() / shipped.count.sum() / shipped[b].mean.shape[1]
        for b in shipped.blocks[-2:]
    }
    assert found["late_saturated"].value == pytest.approx(max(near.values()))
    assert found["blocks_correlate"].verdict == found["squeeze"].verdict == "cannot be compared"
    assert np.isnan(found["squeeze"].value)


@pytest.mark.parametrize("follows", [True, False])
def test_blocks_whose_gates_follow_each_other_correlate(
    shipped: sv.Survey, tmp_path: Path, follows: bool
) -> None:
    found = by_claim(kept(shipped, tmp_path, follows=follows))["blocks_correlate"]
    assert found.verdict == ("agrees" if follows else "differs")
    assert (found.value > 0.9) == follows
    assert found.low < found.value < found.high
    first, second = shipped.blocks[:2]
    if follows:
        assert f"Highest of 3 pairs: {first} and {second}" in found.sentence
        a, b = Kept(True).gates(0), Kept(True).gates(1)
        by_hand = [np.corrcoef(x, y)[0, 1] for x, y in zip(a, b, strict=True)]
        assert found.value == pytest.approx(np.mean(by_hand), abs=1e-4)


def test_gates_against_their_squeezes(shipped: sv.Survey, tmp_path: Path) -> None:
    survey = kept(shipped, tmp_path, follows=False)
    each = sv.analysis.squeeze_correlations(survey)
    first, second = (each[block] for block in survey.blocks[:2])
    assert first.mean == pytest.approx(-1, abs=1e-6) and np.isfinite(first.reach)
    gates, squeezes = Kept(False).gates(1), Kept(False).squeezes(1)
    by_hand = [np.corrcoef(gates[:, c], squeezes[:, c])[0, 1] for c in range(CHANNELS)]
    np.testing.assert_allclose(second.by_channel, by_hand, atol=1e-5)
    assert second.of_means == pytest.approx(
        np.corrcoef(gates.mean(0), squeezes.mean(0))[0, 1], abs=1e-5
    )
    found = by_claim(survey)["squeeze"]
    assert found.value == pytest.approx(np.mean([e.mean for e in each.values()]))
    assert found.verdict == "agrees" and found.low < found.value < found.high
    assert f"-1.00 in {survey.blocks[0]}" in found.sentence
    still = correlation_of("se", np.ones((3, 2), np.float32), squeezes[:3, :2])
    assert np.isnan(still.mean) and np.isnan(still.reach)
