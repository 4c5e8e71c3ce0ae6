"""What nobody foresaw in a command: a sentence for the person, the whole of it in a file."""

import tempfile
import traceback


def logged(error: Exception) -> str:
    """Write an error with its traceback to a file; the sentence that names its kind and the file.

    Of a file or folder that the system refuses, the sentence says which and why.
    """
    kind = type(error).__name__
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        words = f"{error.filename}: {error.strerror}"
        way = "Check that it is there and may be used, or give another"
    else:
        words = f"an unexpected error occurred ({kind})"
        way = "Try again, or with other pictures or another network"
    return f"{words}. {way}. {_where(error)}"


def _where(error: Exception) -> str:
    whole = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "wb", prefix="senet-viz-", suffix=".log", delete=False
        ) as file:
            file.write(whole.encode("utf-8", "backslashreplace"))
    except OSError:
        return "There is no room for a file with the details"
    return f"The details are in {file.name}"
