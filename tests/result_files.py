"""Tables of measurements in Markdown files: each between two marks, with the commit it is of."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def marks(part: str) -> tuple[str, str]:
    """The lines before and after the table of ``part``.

    >>> marks("peers")
    ('<!-- peers -->', '<!-- end of peers -->')
    """
    return f"<!-- {part} -->", f"<!-- end of {part} -->"


def inserted(text: str, part: str, table: str, *, commit: str) -> str:
    """The text of a file with ``table`` in the place of the one of ``part``."""
    start, end = marks(part)
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"the file of results has no place marked {start} ... {end}")
    return f"{before}{start}\nMade with commit {commit}.\n\n{table.strip()}\n{end}{after}"


def write(file: Path, part: str, table: str, *, commit: str) -> None:
    """Put the table into the file."""
    text = inserted(file.read_text(encoding="utf-8"), part, table, commit=commit)
    file.write_text(text, encoding="utf-8")


def checked_out() -> str:
    """The commit of this checkout, and whether files of it were changed since."""
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return _git("rev-parse", "--short", "HEAD") + (", with changes" if changed else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
