"""What papers claim, put to surveys that are made to agree, to differ or not to say."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import senet_viz as sv
from senet_viz.analysis.feature_selectivity import selectivity_of
from senet_viz.analysis.literature import literature
from senet_viz.analysis.literature_claims import CLAIMS, PAPERS, Finding
from senet_viz.analysis.squeeze_correlation import correlation_of
from senet_viz.analysis.survey_pictures import PictureRef
from senet_viz.surveys.tables import shipped_survey

PICTURES, CHANNELS = 24, 32


@dataclass(frozen=True)
class Kept:
    """Gates of single pictures of three blocks: the second follows the first, the third neither."""

    follows: bool
    shift: float = 0.0

    def gates(self, place: int) -> np.ndarray:
        rng = np.random.default_rng(0)
        first = rng.random((PICTURES, CHANNELS), np.float32)
        other = np.random.default_rng(place).random((PICTURES, CHANNELS), np.float32)
        return first + 0.1 * other if self.follows and place < 2 else other

    def squeezes(self, place: int) -> np.ndarray:
        """Of the first block against the gates, of the others by chance."""
        if place == 0:
            return 1 - self.gates(place) + np.float32(self.shift)
        rng = np.random.default_rng(9 + place)
        return rng.random((PICTURES, CHANNELS), np.float32) + np.float32(self.shift)

    def units_on(self, place: int) -> None:
        return None

    def pictures(self) -> tuple[PictureRef, ...]:
        return tuple(PictureRef(str(i), i % 2) for i in range(PICTURES))

    def picture(self, name: str) -> bytes | None:
        return None


@pytest.fixture(scope="module")
def shipped() -> sv.Survey:
    return sv.load_survey(shipped_survey("se_resnet18_imagenette"))


def by_claim(survey: sv.Survey) -> dict[str, Finding]:
    found = {each.claim: each for each in literature(survey)}
    assert set(found) == set(CLAIMS) == set(PAPERS)
    return found


def kept(shipped: sv.Survey, folder: Path, *, follows: bool, shift: float = 0.0) -> sv.Survey:
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
        reader=Kept(follows, shift),
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


def test_features_lose_selectivity_behind_gates_that_are_open_for_the_other_class() -> None:
    labels = np.arange(PICTURES) % 2
    squeezes = np.where(labels == 0, 3.0, 1.0)[:, None] * np.ones((PICTURES, 2), np.float32)
    squeezes[:, 1] -= 2  # below 0 for one class: no index
    against = np.where(labels == 0, 0.4, 0.8)[:, None] * np.ones((PICTURES, 2), np.float32)
    found = selectivity_of("se", against, squeezes, labels, np.arange(2))
    np.testing.assert_allclose(found.before, [0.5, np.nan])
    np.testing.assert_allclose(found.after, [(1.2 - 0.8) / 2.0, np.nan])
    assert found.share == 0.5 and found.medians == pytest.approx((0.5, 0.2))


def test_selectivity_of_features_needs_pictures_of_two_classes(
    shipped: sv.Survey, tmp_path: Path
) -> None:
    survey = kept(shipped, tmp_path, follows=False)
    each = sv.analysis.feature_selectivity(survey)
    falls = [after < before for before, after in (e.medians for e in each.values())]
    found = by_claim(survey)["features"]
    assert found.verdict == "cannot be compared"  # the paper compares networks
    assert f"in {sum(falls[:-1])} of {len(falls) - 1} blocks" in found.sentence
    assert by_claim(shipped)["features"].verdict == "cannot be compared"


def test_features_of_both_signs_have_no_selectivity_and_the_page_says_so(
    shipped: sv.Survey, tmp_path: Path
) -> None:
    rng, labels = np.random.default_rng(0), np.arange(PICTURES) % 2
    squeezes = rng.normal(size=(PICTURES, 6)).astype(np.float32) + np.repeat([-9, 9], 3)
    gates = rng.random((PICTURES, 6), np.float32) + 1
    gates[:, -1] -= 10  # turns the sign
    found = selectivity_of("se", gates, squeezes, labels, np.arange(2))
    assert np.isfinite(found.before).tolist() == [False, False, False, True, True, False]
    assert np.isfinite(found.after).tolist() == [False, False, False, True, True, False]
    assert ((found.before[3:5] >= 0) & (found.before[3:5] <= 1)).all()
    survey = kept(shipped, tmp_path, follows=False, shift=-0.5)
    said = by_claim(survey)["features"]
    assert said.verdict == "cannot be compared"
    assert "The index is of activations of 0 and more: at most" in said.sentence
