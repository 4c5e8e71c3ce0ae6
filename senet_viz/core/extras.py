"""Packages that only some uses need; an extra brings them: ``pip install 'senet-viz[figures]'``.

Capture, proofs and explanations need none of them. What does need one asks here first, so that
the error of a machine without it says what to install.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Literal

from senet_viz.core.errors import MissingExtraError
from senet_viz.core.translation import Words, tr

Extra = Literal[
    "figures",
    "survey",
    "samples",
    "tiff",
    "heic",
    "tables",
    "attribution",
    "detection",
    "onnx",
    "ray",
    "app",
]

# The packages of each extra, as they are imported; those of the app are the others' and its own.
PACKAGES: Final[dict[Extra, tuple[str, ...]]] = {
    "figures": ("plotly", "kaleido"),
    "survey": ("pyarrow", "fsspec"),
    "samples": ("sklearn", "skimage"),
    "tiff": ("tifffile", "imagecodecs"),
    "heic": ("pillow_heif",),
    "tables": ("pandas",),
    "attribution": ("captum",),
    "detection": ("pycocotools",),
    "onnx": ("onnx", "onnxscript", "onnxruntime"),
    "ray": ("ray",),
    "app": (
        *("streamlit", "plotly", "kaleido", "pyarrow", "fsspec", "sklearn", "skimage"),
        *("tifffile", "imagecodecs", "pillow_heif", "pandas", "captum", "pycocotools"),
    ),
}
WHEELS: Final = {  # of another name
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "pillow_heif": "pillow-heif",
}
TASKS: Final = Words[Extra](
    {
        "figures": lambda: tr("drawing figures"),
        "survey": lambda: tr("a survey or a Parquet table"),
        "samples": lambda: tr("a sample picture"),
        "tiff": lambda: tr("this kind of TIFF"),
        "heic": lambda: tr("a HEIC photo"),
        "tables": lambda: tr("a table of pandas"),
        "attribution": lambda: tr("a class map"),
        "detection": lambda: tr("mAP"),
        "onnx": lambda: tr("an ONNX file"),
        "ray": lambda: tr("the engine 'ray'"),
        "app": lambda: tr("the app"),
    }
)


def require_extra(extra: Extra, *packages: str) -> None:
    """A MissingExtraError that says what to install, unless these packages of ``extra`` are there.

    All of its packages if none is named. They are looked for, not imported.

    >>> require_extra("figures")
    """
    missing = [name for name in packages or PACKAGES[extra] if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            tr(
                "{task} needs {packages}: pip install 'senet-viz[{extra}]'",
                task=TASKS[extra],
                packages=", ".join(WHEELS.get(name, name) for name in missing),
                extra=extra,
            )
        )


def import_extra(module: str) -> Any:
    """A module of an extra's package; a MissingExtraError where that is not installed.

    >>> import_extra("pyarrow.parquet").__name__
    'pyarrow.parquet'
    """
    package = module.partition(".")[0]
    require_extra(next(e for e, packages in PACKAGES.items() if package in packages), package)
    return import_module(module)
