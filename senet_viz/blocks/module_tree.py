"""The modules of a network by name."""

from torch import nn


def walk(model: nn.Module) -> dict[str, nn.Module]:
    """``named_modules()`` as a dictionary: the same names, modules and order, several times faster.

    It is asked for at each capture, where a small network takes hardly longer to run.
    """
    found: dict[str, nn.Module] = {}
    seen: set[nn.Module] = set()
    ahead: list[tuple[str, nn.Module]] = [("", model)]
    while ahead:
        name, module = ahead.pop()
        if module in seen:
            continue
        seen.add(module)
        found[name] = module
        if module._modules:
            start = f"{name}." if name else ""
            parts = [(start + key, m) for key, m in module._modules.items() if m is not None]
            ahead.extend(reversed(parts))
    return found
