"""A script from its lines: the imports and the function it needs are put before them."""

import ast
from collections.abc import Iterable, Sequence

WHOLE = {"np": "import numpy as np", "sv": "import senet_viz as sv", "torch": "import torch"}
FROM = {"sha256": "hashlib", "Path": "pathlib"}
READ = '''
def read(name, expected):
    """The bytes of a file of yours. Run this where it lies, or write its path in place of name."""
    data = Path(name).read_bytes()
    assert sha256(data).hexdigest() == expected, f"{name} is not the file that was looked at"
    return data
'''


def complete(parts: Iterable[str]) -> str:
    """The whole script; ``parts`` are its paragraphs, which use the names above as they are.

    >>> print(complete(["print(np.pi)"]))
    import numpy as np
    <BLANKLINE>
    print(np.pi)
    <BLANKLINE>
    """
    body = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    head = f"{READ.strip()}\n\n\n" if "read" in _names(body) else ""
    return f"{_imports(_names(head + body))}\n\n{head and chr(10)}{head}{body}\n"


def literal(value: object) -> str:
    """A Python literal, escaped; text in double quotes where possible.

    >>> print(literal('cat.jpg'), literal('"); print("'))
    "cat.jpg" '"); print("'
    """
    if isinstance(value, str) and value.isprintable() and not {'"', "\\"} & set(value):
        return f'"{value}"'
    return literals(value) if isinstance(value, list) else repr(value)


def literals(values: Sequence[object]) -> str:
    """A list of them."""
    return f"[{', '.join(map(literal, values))}]"


def settings(**values: object) -> str:
    """What was chosen on the page, a line each: ``name = value``."""
    return "\n".join(f"{name} = {literal(value)}" for name, value in values.items())


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _imports(names: set[str]) -> str:
    """In three groups: Python's own, others', and this library."""
    groups = (
        [f"from {module} import {name}" for name, module in FROM.items() if name in names],
        [WHOLE[name] for name in ("np", "torch") if name in names],
        [WHOLE["sv"]] if "sv" in names else [],
    )
    return "\n\n".join("\n".join(group) for group in groups if group)
