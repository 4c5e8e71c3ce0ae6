"""A block beside its 1x1 form: pixels that change places, and costs worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

import senet_viz as sv
from senet_viz.experiments import at_pixels, pixel_form_cost, shuffle_places
from senet_viz.hooks.block_forms import forms_of
from tests.senet_viz.hooks.test_pixel_gating import NAME


def test_the_block_cannot_tell_and_its_form_follows(
    network: nn.Module, images: torch.Tensor
) -> None:
    seen = at_pixels(network, images[:1], NAME)
    found = shuffle_places(network, seen, NAME, seed=3)
    own = sv.capture(network, images[:1])[NAME]
    np.testing.assert_allclose(found.gate, own.excitation[0], atol=1e-6)
    np.testing.assert_allclose(found.gate_after, found.gate, atol=1e-6)
    np.testing.assert_allclose(found.pixels, seen.gates[0], atol=1e-6)
    flat, after = (each.reshape(len(found.gate), -1) for each in (found.pixels, found.pixels_after))
    np.testing.assert_allclose(after, flat[:, found.order], atol=1e-6)
    assert sorted(found.order) == list(range(flat.shape[1]))
    assert found.pixels_moved == np.abs(after - flat).max() > 1e-3


def test_costs_are_those_of_the_layers(network: nn.Module, images: torch.Tensor) -> None:
    seen, block = at_pixels(network, images[:1], NAME), network.get_submodule(NAME)
    cost = pixel_form_cost(network, seen, NAME, rounds=3)
    weights = block.reduce.weight.numel() + block.expand.weight.numel()
    places = seen.features[0, 0].size
    assert cost.parameters == sum(p.numel() for p in block.parameters())
    assert cost.multiply_adds == (weights, weights * places) and cost.places == places
    assert cost.milliseconds.shape == (2, 3) and (cost.milliseconds > 0).all()


def test_another_squeeze_is_taken_or_refused(network: nn.Module) -> None:
    forms, maps = forms_of(network, NAME), torch.rand(1, 64, 4, 4)
    most = replace(forms, gate=replace(forms.gate, squeeze_by="max"))
    expected = forms.gated(maps.amax((2, 3), True).expand_as(maps), pooled=True)[0]
    torch.testing.assert_close(most.gated(maps, pooled=True)[0], expected)
    with pytest.raises(sv.BlockError, match="no block"):
        forms_of(network, "nowhere")
