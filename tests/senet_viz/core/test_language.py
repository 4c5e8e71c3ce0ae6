"""Sentences in the person's language, and catalogues that lack nothing."""

import ast
import pickle
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from senet_viz.core import errors
from senet_viz.core.translation import (
    LANGUAGES,
    LOCALES,
    again,
    count,
    follow,
    language,
    speaking,
    tr,
)

ROOT = Path(__file__).parents[3]
KNOWN = "{n} of {blocks} blocks"


APP = ROOT / "dashboard" / "locales"


def places() -> dict[str, set[str]]:
    """Every message that ``tr`` or ``count`` is given, as gettext's own extractor finds them.

    With it the catalogues of the places that say it: a folder of views has one of its own.
    """
    found: dict[str, set[str]] = {}
    for package in ("senet_viz", "dashboard"):
        said = extract_from_dir(ROOT / package, keywords={"tr": None})
        counted = extract_from_dir(ROOT / package, keywords={"count": (2,)})
        for form, messages in (("{}", said), ("# {}", counted)):
            for file, _, message, _, _ in messages:
                if isinstance(message, str):
                    place = found.setdefault(form.format(message), set())
                    place.add(catalogue_of(package, *Path(file).parts))
    return found


def catalogue_of(package: str, *path: str) -> str:
    """The catalogue of what one module says."""
    if package == "dashboard":
        return path[1] if path[0] == "views" else "shell"
    return path[0] if path[0] in ("figures", "reports") else "library"


def said_in_code() -> set[str]:
    return set(places())


def catalogues(wanted: str) -> dict[str, dict[str, str]]:
    """By the name of the catalogue: its messages, and what stands for them."""
    found: dict[str, dict[str, str]] = {}
    for path in (path for folder in (LOCALES, APP) for path in (folder / wanted).glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = {str(m.id): str(m.string) for m in read_po(file) if m.id}
    return found


def written(wanted: str) -> dict[str, str]:
    return {message: said for each in catalogues(wanted).values() for message, said in each.items()}


# What the command line says is English, also where a person reads the app in another language.
COMMAND_LINE = ("cli", "training/compare.py", "training/data.py", "verification/ledger.py")
OURS = {name for name in vars(errors) if name.endswith("Error")} | {"PlaceError", "OSError"}


def english_errors(code: str) -> list[str]:
    """Errors made with a message that no catalogue can hold: a plain or formatted string."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in OURS
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    ]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("wanted", [code for code in LANGUAGES if code != "en"])
def test_no_message_is_missing_and_none_is_left_over(wanted: str) -> None:
    code, catalogue = said_in_code(), written(wanted)
    assert len(code) > 3
    assert not code - set(catalogue), sorted(code - set(catalogue))[:5]
    assert not set(catalogue) - code, sorted(set(catalogue) - code)[:5]
    assert all(catalogue.values())


@pytest.mark.parametrize("wanted", [code for code in LANGUAGES if code != "en"])
def test_a_message_stands_once_and_in_the_catalogue_of_the_place_that_says_it(wanted: str) -> None:
    """What several places say stands in the library's, or the app's common one."""
    said, misplaced = places(), []
    for name, messages in catalogues(wanted).items():
        shared = name in ("library", "figures", "reports", "shell")
        own = [m for m in messages if said[m] == {name} or (shared and len(said[m]) > 1)]
        misplaced += sorted(set(messages) - set(own))
    assert misplaced == []
    assert sum(map(len, catalogues(wanted).values())) == len(written(wanted))
    for path in (path for folder in (LOCALES, APP) for path in (folder / wanted).glob("*.po")):
        entries = re.findall(r"^msgid ", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(entries) - 1 == len(catalogues(wanted)[path.stem]), path  # one is the header


@pytest.mark.parametrize("wanted", [code for code in LANGUAGES if code != "en"])
def test_the_same_values_go_into_a_translation(wanted: str) -> None:
    different = [m for m, said in written(wanted).items() if fields(m) != fields(said)]
    assert not different


def test_every_error_of_library_and_app_is_said_by_tr() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): english
        for package in ("senet_viz", "dashboard")
        for path in (ROOT / package).rglob("*.py")
        if not path.relative_to(ROOT / package).as_posix().startswith(COMMAND_LINE)
        and (english := english_errors(path.read_text()))
    }
    assert not found


def test_an_error_in_english_alone_is_found() -> None:
    code = 'raise errors.ImageError(f"{name} is no picture")\nraise ImageError(tr("no"))'
    assert english_errors(code) == ["errors.ImageError(f'{name} is no picture')"]


@pytest.fixture
def two_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of known words, so that the test does not depend on the real one."""
    from senet_viz.core import translation as module

    words = {KNOWN: "{blocks} 个模块中的 {n} 个", "# channel": "# 个通道"}
    monkeypatch.setattr(module, "catalogue", lambda _: words)
    yield


@pytest.mark.usefixtures("two_words")
def test_a_sentence_is_said_again_in_another_language() -> None:
    english = tr(KNOWN, n=3, blocks=8)
    assert english == "3 of 8 blocks"
    with speaking("zh"):
        assert again(english) == "8 个模块中的 3 个"
        nested = tr("Only {what}", what=english)
        assert nested == "Only 8 个模块中的 3 个"
        assert count(2048, "channel") == "2\u202f048 个通道"
    assert again(nested) == "Only 3 of 8 blocks"
    assert again("plain") == "plain"
    assert again(pickle.loads(pickle.dumps(english))) == english
    assert count(2048, "channel") == "2\u202f048 channels" and count(1, "channel") == "1 channel"


@pytest.mark.usefixtures("two_words")
def test_a_language_stays_in_its_thread() -> None:
    heard: list[str] = []
    with speaking("zh"):
        thread = threading.Thread(target=lambda: heard.append(language()))
        thread.start()
        thread.join()
        assert language() == "zh"
    assert heard == ["en"]


def test_who_is_asked_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from senet_viz.core import translation as module

    monkeypatch.setattr(module, "_asked", [])  # or an app in the same process would lose its own
    follow(lambda: "zh")
    assert language() == "zh"
    with speaking("en"):
        assert language() == "en"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no language 'xx'"), speaking("xx"):
        pass
