"""Networks built by a Python function of the user's."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

from torch import nn

from senet_viz.blocks.examples import picture_channels
from senet_viz.blocks.finding import find_blocks
from senet_viz.core.errors import BlockError, WeightsError
from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.array_inputs import ArrayPreprocess, array_preprocess_of
from senet_viz.models.network import Network
from senet_viz.models.own_network import adapt_network
from senet_viz.models.preprocess import Preprocess, grey_preprocess, imagenet_preprocess
from senet_viz.models.wording import one_line, with_article


def load_factory(
    spec: str,
    *,
    labels: Sequence[str] | None = None,
    input_size: int | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Network:
    """The network that the Python function ``package.module:factory`` returns.

    The function takes no arguments and returns a ``torch.nn.Module`` or a senet_viz ``Network``.
    A bare module gets ImageNet's usual preprocessing at 224 px, and the notes say so; one that
    begins with a convolution on signals or volumes gets arrays unchanged. The module is looked for
    where Python looks, and in the current folder. This runs the function: never
    pass on a ``spec`` from a stranger. labels, input_size, mean and std are as for
    ``load_checkpoint``.

    Raises a WeightsError where it cannot be found or run or returns something else, and a
    BlockError where the network has no SE block.

    >>> load_factory("timm.models.efficientnet:test_efficientnet").library
    'own'
    """
    model = _called(spec)
    if isinstance(model, Network):
        net = model
        net.model.eval()
    elif isinstance(model, nn.Module):
        net = _described(model, spec)
    else:
        raise WeightsError(
            tr(
                "{spec} returned {kind}. It has to return a torch.nn.Module or a "
                "senet_viz Network.",
                spec=spec,
                kind=with_article(type(model).__name__),
            )
        )
    if not find_blocks(net.model):
        raise BlockError(
            tr(
                "the {kind} that {spec} returned has no SE block that is known here. "
                "Return a network with Squeeze-and-Excitation blocks.",
                kind=type(net.model).__name__,
                spec=spec,
            )
        )
    if isinstance(model, nn.Module):
        net = replace(net, preprocess=array_preprocess_of(net.model) or net.preprocess)
    adapted = adapt_network(net, labels=labels, input_size=input_size, mean=mean, std=std)
    if isinstance(model, Network):
        return adapted
    if isinstance(adapted.preprocess, ArrayPreprocess):
        return replace(adapted, notes=(_taken(adapted.preprocess, spec),))
    adapted = replace(adapted, preprocess=_in_its_channels(adapted, spec))
    given = sum(each is not None for each in (input_size, mean, std))
    return replace(adapted, notes=(_assumed(adapted, spec, given),))


def _called(spec: str) -> Any:
    module_name, _, attribute = spec.partition(":")
    if not (module_name and attribute):
        raise WeightsError(
            tr(
                "{spec!r} names no factory. Write package.module:factory, with a colon "
                "between the module and the function that returns the network.",
                spec=spec,
            )
        )
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)
    try:
        module = import_module(module_name)
    except Exception as error:  # the module's own code may raise anything
        raise WeightsError(
            tr(
                "{module_name} could not be imported ({problem}). Check that it works in "
                "Python by itself, from this folder and without arguments.",
                module_name=module_name,
                problem=_said(error),
            )
        ) from error
    try:
        factory = attrgetter(attribute)(module)
    except AttributeError as error:
        raise WeightsError(
            tr(
                "the module {module_name} has no {attribute}. Name a function that is there.",
                module_name=module_name,
                attribute=attribute,
            )
        ) from error
    if not callable(factory):
        kind = with_article(type(factory).__name__)
        raise WeightsError(
            tr("{spec} is {kind}, which cannot be called. Name a function.", spec=spec, kind=kind)
        )
    try:
        return factory()
    except Exception as error:  # as may the factory
        raise WeightsError(
            tr(
                "{spec} raised {problem}. Check that it works in Python by itself, from this "
                "folder and without arguments.",
                spec=spec,
                problem=_said(error),
            )
        ) from error


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {one_line(error)}"


@speaking(ENGLISH)
def _described(model: nn.Module, spec: str) -> Network:
    return Network(
        name=spec,
        title=tr("{kind} from {spec}", kind=type(model).__name__, spec=spec),
        library="own",
        model=model.eval(),
        preprocess=imagenet_preprocess(),
        labels=(),
        licence="",
        source=tr("made by {spec}", spec=spec),
        sha256="",
        trained=True,
    )


@speaking(ENGLISH)
def _taken(preprocess: ArrayPreprocess, spec: str) -> str:
    return tr(
        "Judging by its first convolution, the network takes {wanted}: one array from a .npy or "
        ".npz file, used unchanged. Whether the weights are trained is known to {spec} alone.",
        wanted=preprocess.wanted,
        spec=spec,
    )


@speaking(ENGLISH)
def _in_its_channels(net: Network, spec: str) -> Preprocess:
    """The preprocessing for as many channels as the network's first convolution takes."""
    channels = picture_channels(net.model)
    if channels == 1:
        return grey_preprocess(net.preprocess)
    if channels != 3:
        raise WeightsError(
            tr(
                "the {kind} that {spec} returned takes {channels} channels, and pictures have 3. "
                "Return a senet_viz Network whose preprocess makes {channels} of them.",
                kind=type(net.model).__name__,
                spec=spec,
                channels=channels,
            )
        )
    return net.preprocess


@speaking(ENGLISH)
def _assumed(net: Network, spec: str, given: int) -> str:
    """What the function did not say, where ``given`` of side, mean and deviation were given."""
    if given == 3:
        return tr("Whether the weights are trained is known to {spec} alone.", spec=spec)
    if given:
        return tr(
            "What was not given of the preprocessing is assumed to be ImageNet's: {words}. Whether "
            "the weights are trained is known to {spec} alone.",
            words=net.preprocess.words,
            spec=spec,
        )
    return tr(
        "Preprocessing is assumed to be ImageNet's: {words}. Whether the weights "
        "are trained is known to {spec} alone.",
        words=net.preprocess.words,
        spec=spec,
    )
