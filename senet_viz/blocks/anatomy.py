"""The parts of a gate, read from the operations between its pooling and its product."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from senet_viz.blocks import axes as ax
from senet_viz.blocks.products import Product, is_bounding, is_learned
from senet_viz.blocks.values import Pooling, Step

ACTIVATIONS = frozenset(
    [
        "relu",
        "elu",
        "celu",
        "leaky_relu",
        "_prelu_kernel",
        "softplus",
        "silu",
        "gelu",
        "hardswish",
        "mish",
        "selu",
        "softsign",
        "threshold",
        "clamp",
        "clamp_min",
        "hardshrink",
        "softshrink",
    ]
)
_WORDS = {"_softmax": "softmax", "_prelu_kernel": "prelu", "clamp_min": "relu"}
_STILL_SQUEEZE = ("layout", "move", "sum", "product", "quotient", "pool")
_ROOTS = ("sqrt", "pow")


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """Which step gives what, and the words for how.

    hidden, logit: None where the gate has no such value. scale: the factor from the excitation, as
    (a, b) for a + b·s; None where it is no such function. last: the layers behind which no other
    stands.
    """

    squeeze: Step
    hidden: Step | None
    logit: Step | None
    excitation: Step
    factor: Step
    squeeze_by: str
    gate: str
    form: str
    scale: tuple[float, float] | None


def read_anatomy(product: Product) -> Anatomy:
    """The parts of a channel gate."""
    steps = product.steps
    factor = product.factor.step
    assert factor is not None
    channels = min(_width(factor), ax.count(product.maps.axes, ax.CHANNEL))
    last = _last_layers(steps)
    squash = _squash(steps, last)
    logit, end, word = _function(steps, squash) if squash else (None, _end(last, factor), "none")
    excitation = _as_wide(end, steps, channels)
    form, scale = _form(excitation, factor, steps)
    if product.inverse:
        form, scale = f"1 / {_grouped(form)}", None
    if product.gain != 1:
        form = _times(product.gain, form)
    squeeze = _squeeze(product)
    return Anatomy(
        squeeze=squeeze,
        hidden=_hidden(last),
        logit=logit if logit is not None and _width(logit) == channels else None,
        excitation=excitation,
        factor=factor,
        squeeze_by=_squeeze_by(product),
        gate=word,
        form=form,
        scale=scale,
    )


def _width(step: Step) -> int:
    return ax.count(step.axes, ax.CHANNEL)


def _above(step: Step) -> set[int]:
    """The numbers of all steps that this one comes of."""
    ancestors: set[int] = set()
    ahead = list(step.before)
    while ahead:
        each = ahead.pop()
        if each.number not in ancestors:
            ancestors.add(each.number)
            ahead.extend(each.before)
    return ancestors


def _last_layers(steps: list[Step]) -> list[Step]:
    """The learned layers behind which no other stands; several, where there are several ways."""
    layers = [s for s in steps if is_learned(s)]
    above = [_above(s) for s in layers]
    return [s for s in layers if not any(s.number in numbers for numbers in above)]


def _hidden(last: list[Step]) -> Step | None:
    """What enters the first of the last layers, where a layer stands before it."""
    if not last or not last[0].before:
        return None
    given = last[0].before[0]
    return given if any(is_learned(s) for s in _chain_of(given)) else None


def _chain_of(step: Step) -> Iterator[Step]:
    ahead, visited = [step], set()
    while ahead:
        each = ahead.pop()
        if each.number not in visited:
            visited.add(each.number)
            yield each
            ahead.extend(each.before)


def _squash(steps: list[Step], last: list[Step]) -> Step | None:
    """The last bounding function behind the layers, or else the last activation there."""
    behind = [s for s in steps if s.before and all(s.number > layer.number for layer in last)]
    bounding = [s for s in behind if is_bounding(s)]
    activations = [s for s in behind if s.name in ACTIVATIONS]
    squashes = bounding or activations
    return squashes[-1] if squashes else None


def _end(last: list[Step], factor: Step) -> Step:
    return last[-1] if len(last) == 1 else factor


def _function(steps: list[Step], squash: Step) -> tuple[Step, Step, str]:
    """Input, output and name of the gate's function; relu6(x + 3) / 6 is the hard sigmoid."""
    word = _WORDS.get(squash.name, squash.name)
    low, high = squash.argument("min_val"), squash.argument("max_val")
    if squash.name == "clamp":
        low, high = squash.argument("min"), squash.argument("max")
    given = squash.before[0]
    if (low, high) == (0, 6):
        word = "relu6"
        after = _only_user(squash, steps)
        shifted = _constant(given) if given.role == "sum" else None
        divided = _constant(after) if after is not None else None
        if shifted == 3 and after is not None and divided is not None:
            sixth = divided == 6 if after.role == "quotient" else abs(divided * 6 - 1) < 1e-6
            if after.role in ("quotient", "product") and sixth:
                return given.before[0], after, "hardsigmoid"
    elif squash.name == "hardtanh" and (low, high) == (0, 1):
        word = "clamp"
    return given, squash, word


def _only_user(step: Step, steps: list[Step]) -> Step | None:
    users = [s for s in steps if any(b is step for b in s.before)]
    return users[0] if len(users) == 1 else None


def _constant(step: Step | None) -> float | None:
    """The number that a step adds, multiplies or divides by."""
    if step is None or step.role not in ("sum", "product", "quotient") or len(step.before) != 1:
        return None
    given = [a for a in (*step.args[:2], step.argument("other")) if not isinstance(a, Step)]
    number = given[0] if given else None
    if isinstance(number, Tensor) and number.numel() == 1 and not number.is_meta:
        number = number.item()
    return float(number) if isinstance(number, int | float) else None


def _as_wide(step: Step, steps: list[Step], channels: int) -> Step:
    """The step, or the first behind it that has a number for every channel: gates of groups."""
    for each in steps:
        if _width(step) == channels:
            break
        if any(b is step for b in each.before):
            step = each
    return step


def _squeeze(product: Product) -> Step:
    """The first pooling, and what still makes one number a channel of it before any layer."""
    steps = product.steps
    step = next(s for s in steps if s.pooling in product.own)
    width = _width(step)
    while (user := _only_user(step, steps)) is not None:
        plain = user.role in _STILL_SQUEEZE and (not user.weights or user.role == "layout")
        if not (plain or user.name in _ROOTS) or _width(user) != width:
            break
        step = user
    return step


def _squeeze_by(product: Product) -> str:
    steps = product.steps
    pools = [s for s in steps if s.pooling in product.own]
    words = [_pooled_by(s, s.pooling, product, steps) for s in pools if s.pooling is not None]
    words.sort(key=lambda word: word != "mean")
    return " and ".join(dict.fromkeys(words))


def _pooled_by(step: Step, pooling: Pooling, product: Product, steps: list[Step]) -> str:
    form, shared = pooling.form, product.maps.form
    while form and shared and form[0] == shared[0]:
        form, shared = form[1:], shared[1:]
    word = " and ".join(pooling.words)
    users = [s for s in steps if s.number > step.number and step.number in _above(s)]
    numbers = [(s.role, _constant(s)) for s in users[:6]]
    if word == "sum" and any(
        n and abs((1 / n if role == "product" else n) / pooling.count - 1) < 1e-3
        for role, n in numbers
        if role in ("quotient", "product")
    ):
        word = "mean"
    if "averaged" in form or (word == "sum" and any(map(_is_ratio, users[:6]))):
        return "weighted mean"
    if "weighted" in form or "mul" in form:
        return f"weighted {word}"
    rooted = any(s.name in _ROOTS for s in users[:4] if not is_learned(s))
    if word == "variance" and rooted:
        return "standard deviation"
    if "pow" not in form:
        return word
    if "centred" in form:
        return "standard deviation" if rooted else "variance"
    return "norm" if rooted else f"{word} of squares"


def _is_ratio(step: Step) -> bool:
    """Whether this divides by what is no plain number, as by the sum of weights."""
    return step.role == "quotient" and isinstance(step.args[0], Step) and _constant(step) is None


def _form(
    excitation: Step, factor: Step, steps: list[Step]
) -> tuple[str, tuple[float, float] | None]:
    """How the factor is made of the excitation ``s``: in words, and as (a, b) of a + b·s."""
    words, scale = {excitation.number: "s"}, {excitation.number: (0.0, 1.0)}
    for step in steps:
        given = [b for b in step.before if b.number in words]
        if step.number <= excitation.number or not given:
            continue
        if len(given) > 1 or len(step.before) > 1:
            words[step.number] = "f(s)"
            continue
        before, line = words[given[0].number], scale.get(given[0].number)
        word, line = _applied(step, before, line)
        words[step.number] = word
        if line is not None:
            scale[step.number] = line
    return words.get(factor.number, "f(s)"), scale.get(factor.number)


def _applied(  # noqa: PLR0911 - one line an operation
    step: Step, word: str, line: tuple[float, float] | None
) -> tuple[str, tuple[float, float] | None]:
    number = _constant(step)
    a, b = line or (0.0, 0.0)
    if step.role in ("layout", "move", "expand", "part", "diagonal") or "upsample" in step.name:
        return word, line
    if step.role == "product" and number is not None:
        return _times(number, word), line and (a * number, b * number)
    if step.role == "product" and step.weights:
        return f"{_grouped(word)}·gain", None
    if step.role == "sum" and number is not None:
        turned = step.name == "rsub" or (step.name == "sub" and not isinstance(step.args[0], Step))
        if turned:
            return f"{number:g} - {_grouped(word)}", line and (number - a, -b)
        number = -number if step.name == "sub" else number
        return f"{number:g} + {word}", line and (a + number, b)
    if step.role == "quotient":
        if isinstance(step.args[0], Step) and number is not None:
            return _times(1 / number, word), line and (a / number, b / number)
        return f"1 / {_grouped(word)}", None
    if step.name == "reciprocal":
        return f"1 / {_grouped(word)}", None
    if step.name == "neg":
        return f"-{_grouped(word)}", line and (-a, -b)
    return f"{step.name.strip('_')}({word})", None


def _grouped(word: str) -> str:
    return word if " " not in word and "·" not in word else f"({word})"


def _times(number: float, word: str) -> str:
    if number == 1:
        return word
    return f"{number:g}·{word if ' ' not in word else f'({word})'}"
