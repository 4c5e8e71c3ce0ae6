"""Which network: of the catalogue, made by a factory, or in a file of the person's own; kept.

Keys are names and sha256 sums, never weights or models.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from dashboard.runtime import offers
from dashboard.runtime.cache import NETWORKS, keep
from dashboard.runtime.offers import OwnFile
from dashboard.session import selection
from senet_viz.core.errors import WeightsError
from senet_viz.core.records import (
    Version,
)
from senet_viz.core.translation import again, tr
from senet_viz.costs import Costs, count_costs
from senet_viz.experiments.null_controls import random_network
from senet_viz.models.array_inputs import ArrayPreprocess
from senet_viz.models.catalogue import ModelEntry, list_models, load_model
from senet_viz.models.embedded import VERSION_OF
from senet_viz.models.factories import load_factory
from senet_viz.models.label_files import read_labels
from senet_viz.models.local_weights import local_weights
from senet_viz.models.network import Network
from senet_viz.models.own_network import load_checkpoint
from senet_viz.models.residual import slot_names
from senet_viz.models.weight_files import file_sha256
from senet_viz.models.wording import one_line
from senet_viz.pictures import decoding
from senet_viz.pictures.samples import SAMPLES, load_sample

__all__ = ["ModelEntry", "Network"]  # named without importing from where they are

EMBEDDED = tuple(VERSION_OF)
FACTORY = "factory"  # the name of the network that SENET_VIZ_FACTORY makes
RANDOM = "random:"  # before a network's name: its copy with random weights
LOOK_AGAIN = 30.0  # seconds until folders of weights are looked through again
LOCAL = ("localhost", "127.0.0.1", "::1")


@st.cache_resource(show_spinner=False)  # not copied, a thing of milliseconds, for every caller
def entries() -> Mapping[str, ModelEntry]:
    """Every network for Inspect and Layers: those with an SE block, or a relative to explain."""
    return MappingProxyType(
        {e.name: e for e in list_models() if e.blocks + e.declared > 0 and _shown(e)}
    )


@st.cache_resource(show_spinner=False, ttl=LOOK_AGAIN)
def on_this_machine() -> frozenset[str]:
    """The names of those whose weights need no download."""
    return local_weights(entries().values())


def _shown(entry: ModelEntry) -> bool:
    """The embedded networks without an SE block have a view of their own."""
    return entry.blocks > 0 or entry.name not in EMBEDDED


def needs_download(name: str) -> bool:
    """Whether opening it with its published weights would fetch them."""
    entry = entries().get(name)
    return entry is not None and has_weights(name) and name not in local_weights([entry])


def has_weights(name: str) -> bool:
    """Whether trained weights are published, and of use: there is something to be read."""
    entry = entries().get(name)
    return entry is None or (entry.has_weights and entry.blocks + entry.branches > 0)


def network(name: str, *, trained: bool = True) -> Network:
    """The network by name: the factory's, one of this session's files, or the catalogue's.

    ``random:`` before a name gives its copy with random weights, whatever ``trained`` says.
    """
    if name.startswith(RANDOM):
        return _randomised(name)
    if name == FACTORY:
        return _made(factory())
    own = selection.own_file(name)
    return _catalogued(name, trained=trained) if own is None else own_network(own)


@keep(NETWORKS, words=lambda: tr("Loading the network and its weights …"), turns=None)
def _catalogued(name: str, *, trained: bool) -> Network:
    return load_model(name, trained=trained)


@keep(NETWORKS, words=lambda: tr("Drawing random weights …"))
def _randomised(name: str) -> Network:
    """No published weights are needed: the copy is drawn again from the layout alone."""
    of = name.removeprefix(RANDOM)
    pictures = [decoding.decode(load_sample(sample.name)) for sample in SAMPLES]
    return random_network(network(of, trained=of in EMBEDDED), pictures)


@keep(NETWORKS, words=lambda: tr("Making the network …"), turns=None)
def _made(spec: str) -> Network:
    return load_factory(spec)


@keep(NETWORKS, words=lambda: tr("Reading the file and filling the network …"), turns=None)
def _filled(key: str, _own: OwnFile) -> Network:  # noqa: ARG001 (the cache's key)
    return _load_own(_own)


def takes_arrays(name: str) -> ArrayPreprocess | None:
    """What the network takes instead of pictures; only networks from the person's own code do."""
    if name != FACTORY:
        return None
    preprocess = network(name).preprocess
    return preprocess if isinstance(preprocess, ArrayPreprocess) else None


def factory() -> str:
    """``package.module:factory`` as the command line gave it; "" where it gave none."""
    return os.environ.get("SENET_VIZ_FACTORY", "").strip()


def reads_paths() -> bool:
    """Whether files of this machine may be named: only where no other machine is served."""
    return st.get_option("server.address") in LOCAL


def own_network(own: OwnFile) -> Network:
    """The network in a file of the person's own."""
    return _filled(own.key, own)


def _load_own(own: OwnFile) -> Network:
    """Load uploaded bytes through a temporary file, which is always removed."""
    if isinstance(own.weights, Path):
        net = _checkpoint(own, own.weights)
        if net.sha256 != own.sha256:
            raise WeightsError(
                tr("{file} has changed since it was chosen. Choose it again.", file=own.weights)
            )
        return net
    try:
        with tempfile.TemporaryDirectory(prefix="senet_viz_") as folder:
            file = Path(folder) / f"weights{Path(own.name).suffix.lower()}"
            file.write_bytes(own.weights)
            try:
                net = _checkpoint(own, file)
            except WeightsError as error:
                shown = tr("the file {name}", name=own.name)
                raise WeightsError(again(error.args[0]).replace(str(file), shown)) from error
    except OSError as error:
        raise WeightsError(
            tr(
                "{name} could not be kept in {folder} while it was read ({problem}). Make room "
                "there, or set TMPDIR to a folder with room",
                name=own.name,
                folder=tempfile.gettempdir(),
                problem=one_line(error),
            )
        ) from error
    title = tr(
        "{title}, weights from {path}", title=entries()[own.architecture].title, path=own.name
    )
    return replace(net, title=title, source=tr("the uploaded file {name}", name=own.name))


def _checkpoint(own: OwnFile, file: Path) -> Network:
    return load_checkpoint(
        own.architecture,
        file,
        labels=own.labels,
        input_size=own.side,
        mean=own.mean,
        std=own.std,
    )


def sha256(weights: bytes | Path) -> str:
    """Of uploaded bytes, or of a file on this machine."""
    if isinstance(weights, bytes):
        return offers.sha256(weights)
    return file_sha256(weights)


def class_names(data: bytes, name: str) -> tuple[str, ...]:
    return read_labels(data, name)


@st.cache_data(show_spinner=False)
def costs(name: str) -> Costs:
    net = network(name)
    return count_costs(net.model, net.preprocess.input_size, places=slot_names(net.model))


def version(name: str) -> Version:
    """Which of the four versions an embedded network is."""
    return VERSION_OF[name]
