"""The table of operations: what each one does to a value that is followed.

Whatever is in no row and is not marked as pointwise by PyTorch gives a new map (or, of pooled
values alone, another pooled value).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import torch
from torch._ops import OpOverload

Role = Literal[
    "pool",  # takes dimensions away: mean, max, ...
    "window",  # pools by windows: over everything where one window is as large as the map
    "affine",  # mixes channels by weights
    "contract",  # a matrix product
    "norm",
    "squash",  # a function that bounds what it gives
    "pointwise",  # any other function of each number
    "product",
    "quotient",
    "sum",
    "layout",  # the same numbers in the same order
    "move",  # the same numbers in another order of dimensions
    "expand",  # the same numbers several times
    "part",  # some of the numbers
    "join",
    "made",  # new numbers that depend on a tensor's shape alone
    "diagonal",
    "other",
]

_ROWS: Final[Mapping[Role, str]] = {
    "pool": "mean sum amax amin max min std var std_mean var_mean logsumexp median prod "
    "linalg_vector_norm norm",
    "window": "_adaptive_avg_pool2d _adaptive_avg_pool3d adaptive_max_pool2d adaptive_max_pool3d "
    "avg_pool2d avg_pool3d max_pool2d_with_indices max_pool3d_with_indices",
    "affine": "convolution _convolution mkldnn_convolution conv_transpose2d "
    "linear linear_dynamic linear_relu_dynamic linear_dynamic_fp16 mkldnn_linear _mkldnn_linear "
    "_linear_pointwise _convolution_pointwise embedding",
    "contract": "mm addmm bmm baddbmm mv addmv dot matmul",
    "norm": "native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training "
    "_batch_norm_with_update _batch_norm_no_update cudnn_batch_norm native_layer_norm "
    "native_group_norm _fused_rms_norm",
    "squash": "sigmoid hardsigmoid tanh _softmax clamp hardtanh log_sigmoid_forward erf",
    "pointwise": "_prelu_kernel hardswish native_dropout fill fill_ celu",
    "product": "mul addcmul lerp",
    "quotient": "div",
    "sum": "add sub rsub",
    "layout": "view _unsafe_view reshape _reshape_alias view_copy unsqueeze squeeze alias detach "
    "clone _to_copy contiguous lift_fresh lift copy copy_ quantize_per_tensor dequantize "
    "as_strided as_strided_ squeeze_ unsqueeze_ resize_ to_mkldnn to_dense",
    "move": "permute transpose t numpy_T",
    "expand": "expand repeat",
    "part": "slice select split split_with_sizes unbind unsafe_split unsafe_split_with_sizes "
    "index index_select narrow diagonal unfold",
    "join": "cat stack",
    "made": "empty_like zeros_like ones_like full_like rand_like randn_like randint_like "
    "new_empty new_zeros new_ones new_full new_empty_strided bernoulli",
    "diagonal": "diag_embed",
}
_ROLES: Final[dict[str, Role]] = {
    name: role for role, names in _ROWS.items() for name in names.split()
}
POOLED_BY: Final[Mapping[str, str]] = {
    "sum": "sum",
    "amax": "max",
    "max": "max",
    "amin": "min",
    "min": "min",
    "std": "standard deviation",
    "var": "variance",
    "logsumexp": "log-sum-exp",
    "linalg_vector_norm": "norm",
    "norm": "norm",
    "median": "median",
    "prod": "product",
    "adaptive_max_pool2d": "max",
    "adaptive_max_pool3d": "max",
    "max_pool2d_with_indices": "max",
    "max_pool3d_with_indices": "max",
}
_COMPOSITE: Final = torch._C.DispatchKey.CompositeImplicitAutograd


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operator: its name without the trailing underscore, its role, and how it is called.

    writes: positions of the arguments that it changes. views: whether it gives a view.
    decompose: what it is made of, for an operator that arrives whole in inference mode.
    """

    name: str
    role: Role
    order: Mapping[str, int]
    defaults: Mapping[str, Any]
    writes: tuple[int, ...]
    views: bool
    decompose: Callable[..., Any] | None

    def argument(self, word: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """What was given for a parameter, or its default; None where there is no such one."""
        place = self.order.get(word)
        if place is not None and place < len(args):
            return args[place]
        return kwargs.get(word, self.defaults.get(word))


@cache
def operation_of(func: OpOverload) -> Operation:
    """The row of an operator.

    >>> operation_of(torch.ops.aten.mul_.Tensor).role
    'product'
    """
    schema = func._schema
    name = func.overloadpacket.__name__
    arguments = schema.arguments
    writes = tuple(
        i for i, a in enumerate(arguments) if a.alias_info is not None and a.alias_info.is_write
    )
    plain = name.removesuffix("_") if writes else name
    composite = torch._C._dispatch_has_kernel_for_dispatch_key(
        func.name(),  # type: ignore[no-untyped-call]
        "CompositeImplicitAutograd",
    )
    return Operation(
        name=plain,
        role=_role(func, name, plain),
        order={a.name: i for i, a in enumerate(arguments)},
        defaults={a.name: a.default_value for a in arguments if a.has_default_value()},
        writes=writes,
        views=any(r.alias_info is not None for r in schema.returns),
        decompose=(lambda *a, **k: func._op_dk(_COMPOSITE, *a, **k)) if composite else None,
    )


def _role(func: OpOverload, name: str, plain: str) -> Role:
    if plain in ("max", "min") and func._overloadname == "other":
        return "pointwise"
    known = _ROLES.get(name) or _ROLES.get(plain)
    if known is not None:
        return known
    return "pointwise" if torch.Tag.pointwise in func.tags else "other"
