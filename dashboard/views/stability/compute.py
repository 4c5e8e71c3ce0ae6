"""Perturbed pictures through the network: the cached calls of Stability.

Keys are names, sha256 sums and strengths, never pixels.
"""

from dataclasses import dataclass

import torch

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.services import networks
from dashboard.services.captures import Passage
from senet_viz.analysis.channel_use import Attack, ChannelUse, channel_use
from senet_viz.analysis.stability import Trajectories
from senet_viz.core.arrays import Doubles
from senet_viz.core.records import Capture, PerturbationKind
from senet_viz.core.translation import tr
from senet_viz.experiments import attack
from senet_viz.experiments.perturbation_sweep import gate_spread, trajectories
from senet_viz.figures.block.scene_marks import Pixels
from senet_viz.hooks import capture
from senet_viz.pictures.decoding import decode
from senet_viz.pictures.perturbations import Perturbation, perturb
from senet_viz.pictures.samples import SAMPLES, load_sample

Strengths = tuple[tuple[PerturbationKind, float], ...]


@keep(words=lambda: tr("One forward pass for the perturbed picture …"))
def perturbed(
    name: str, sha256: str, _data: bytes, strengths: Strengths, *, trained: bool
) -> Passage:
    """The picture under all perturbations at once."""
    net = networks.network(name, trained=trained)
    batch = net.preprocess(perturb(picture_cache.picture(sha256, _data).image, _each(strengths)))
    return Passage(net.preprocess.pixels(batch)[0], capture(net.model, batch, features="none"))


@keep(words=lambda: tr("The sweep: one forward pass for each strength …"))
def swept(
    name: str,
    sha256: str,
    _data: bytes,
    kind: PerturbationKind,
    strengths: Strengths,
    *,
    trained: bool,
) -> Trajectories:
    """The gates while ``kind`` grows; the strengths are those of the other kinds."""
    net = networks.network(name, trained=trained)
    picture = picture_cache.picture(sha256, _data).image
    return trajectories(net, picture, kind, fixed=_each(strengths))


def spread(name: str, net: networks.Network) -> dict[str, Doubles]:
    """Each gate's usual deviation by block: over its reference, or over the samples."""
    return (
        _over_samples(name, trained=net.trained) if net.reference is None else gate_spread(net, [])
    )


@keep(words=lambda: tr("How gates differ from picture to picture …"))
def _over_samples(name: str, *, trained: bool) -> dict[str, Doubles]:
    pictures = [decode(load_sample(sample.name)) for sample in SAMPLES]
    return gate_spread(networks.network(name, trained=trained), pictures)


def spread_words(net: networks.Network) -> str:
    """Over which pictures the usual spread was taken."""
    if net.reference is None:
        return tr("over the {photographs} sample photographs", photographs=len(SAMPLES))
    return tr("over {pictures} reference pictures", pictures=net.reference.count.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Attacked:
    """One attacked picture: its pixels (h, w, 3), its capture, and channel use before and after."""

    pixels: Pixels
    capture: Capture
    given: ChannelUse
    use: ChannelUse


@keep(words=lambda: tr("Gradients of the answer, step by step …"))
def attacked(
    name: str, sha256: str, _data: bytes, kind: Attack, epsilon: int, *, trained: bool
) -> Attacked:
    """The picture as given, changed by so many grey levels against the network's own answer."""
    net = networks.network(name, trained=trained)
    batch = net.preprocess(picture_cache.picture(sha256, _data).image)
    changed = attack(net, batch, kind=kind, epsilon=epsilon)
    both = capture(net.model, torch.cat([batch, changed]))
    use = channel_use(both)
    given, after = (_of_one(use, i) for i in range(2))
    after_attack = capture(net.model, changed, features="none")
    return Attacked(net.preprocess.pixels(changed)[0], after_attack, given, after)


def _of_one(use: ChannelUse, picture: int) -> ChannelUse:
    at = slice(picture, picture + 1)
    return ChannelUse(use.names, use.gates[at], use.features[at], use.magnitude[at])


def _each(strengths: Strengths) -> list[Perturbation]:
    return [Perturbation(kind, strength) for kind, strength in strengths]
