"""Bytes -> text where nobody says which encoding it is: names of files, and lists of classes.

UTF-8 and UTF-16 prove themselves. Of the encodings of one country or another the one wins in which
the text looks most like writing: common characters, and no Greek among Latin letters. The samples
are too short, often two characters, for the statistics of charset-normalizer, which takes most
Chinese names for Korean.
"""

import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

# The syllables that four fifths of Korean text are made of.
_HANGUL = frozenset(
    "이다는에의을가고하를기지은로사한도리나아어인자시대그해서만들수있일보여것장주정전으라제원부구상과세면소오었우조용미스고니까음말때내모무"
    "공동성생신연유위경국학교실화문방분비선안양영외요운적중진차체최트파프품형호회후간감강개거건게계관군권금급남년너노당데드등디람러려력령"
    "록료류르름립마매머먼명물바반발밤배번별병복본북불브사산살새색석설속손송술습식심씨앞야약언업에역열예와왕완울월육음의임입작잔재저절점"
    "접족존종좋죽준즉증직집찬참창채책처천철청초추출충치친칠카코크타터토통투특티팀팔펴평포표풍피필합항행향허현협혜혼홍환활황효휴흐희흰"
    "꽃개새말소돼늑곰끼랑토닭튤립더폴림"
)
Weight = Callable[[str, str, str], float]  # of a character, that before and that after it
_NOT_RARE = (
    "ƠơƯưǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜȘșȚțə\u0300\u0301\u0303\u0308\u0309\u0323"  # living languages have them
)
SURE = 0.8  # of a score that makes it likelier than UTF-8
LEAST = 0.25  # of a score: below that it is no writing that is known here


class Decoded(NamedTuple):
    """A text, and the name of the encoding that it was read in."""

    text: str
    encoding: str


def decode_text(data: bytes) -> Decoded | None:
    """The text in ``data``; None where it is none in any encoding that is known here.

    >>> decode_text("狗\\n金鱼".encode("gbk"))
    Decoded(text='狗\\n金鱼', encoding='GB18030')
    >>> decode_text("café".encode("utf-16")).text, decode_text(bytes(9))
    ('café', None)
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", ""), (b"\xfe\xff", "")):
        if data.startswith(mark):
            text = _decoded(data, encoding or "utf-16")
            return None if text is None else Decoded(text, "UTF-16" if not encoding else "UTF-8")
    if b"\0" in data:
        return _wide(data)
    text = _decoded(data, "utf-8")
    if text is not None and not _is_chance(text):
        decoded: Decoded | None = Decoded(text, "UTF-8")
    else:
        decoded = _likeliest(data, least=LEAST if text is None else SURE)
        decoded = decoded or (None if text is None else Decoded(text, "UTF-8"))
    return None if decoded is None or _controls(decoded.text) else decoded


def readable(name: str) -> str:
    """A file's name or path as the system gives it -> letters that can be shown and written.

    Names that are not UTF-8 come from the system with stand-ins that no file and no screen takes.

    >>> readable("dog/1.jpg"), readable("\\udcb9\\udcb7.jpg")
    ('dog/1.jpg', '狗.jpg')
    """
    if _is_written(name) and not _is_chance(name):
        return name
    return "/".join(map(_readable, name.split("/")))


def readable_together(names: Sequence[str]) -> list[str]:
    """The same for names that stand beside one another, and so are in one encoding."""
    odd = [name for name in names if not _is_written(name) or _is_chance(name)]
    sure = all(map(_is_written, odd))
    decoded = _likeliest(b"\n".join(map(_bytes, odd)), least=SURE if sure else LEAST)
    together = decoded.text.split("\n") if decoded else []
    if len(together) != len(odd):
        return [readable(name) for name in names]
    known = dict(zip(odd, together, strict=True))
    return [known.get(name, name) for name in names]


def _is_written(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(4096)
def _readable(name: str) -> str:
    if _is_written(name) and not _is_chance(name):
        return name
    decoded = _likeliest(_bytes(name), least=SURE if _is_written(name) else LEAST)
    return decoded.text if decoded else name.encode("utf-8", "backslashreplace").decode()


def _bytes(name: str) -> bytes:
    """What stands on the disk; nothing for a name that never stood on one."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b""


def composed(name: str) -> str:
    """With accents in their letters, as Windows and Linux write them and macOS does not."""
    return unicodedata.normalize("NFC", name)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a mark: of Latin letters every second byte is 0."""
    little = data[1::2].count(0) >= data[0::2].count(0)
    text = _decoded(data, "utf-16-le" if little else "utf-16-be")
    return None if text is None or _controls(text) else Decoded(text, "UTF-16")


def _controls(text: str) -> bool:
    """Whether it holds characters that no text has."""
    return any(c < " " and c not in "\t\n\r\v\f\x1a" for c in text)


def _is_chance(text: str) -> bool:
    """Whether it is UTF-8 by chance only: letters that stand together in no language.

    So is the Chinese for "picture" in GBK, a Greek letter and a Latin one of Africa.
    """
    if text.isascii() or any(c > "\u07ff" for c in text):
        return False
    odd = [c for c in text if c > "\x7f"]
    alphabets = {unicodedata.name(c, "?").partition(" ")[0] for c in odd if c.isalpha()}
    rare = any("\u0180" <= c <= "\u036f" and c not in _NOT_RARE for c in odd)
    return rare or len(alphabets) > 1


def _likeliest(data: bytes, *, least: float) -> Decoded | None:
    best, most = None, least
    for name, (encoding, weight) in _ENCODINGS.items():
        text = _decoded(data, encoding)
        if text is None:
            continue
        score = _score(text, weight)
        if score > most:
            best, most = Decoded(text, name), score
    return best


def _score(text: str, weight: Weight) -> float:
    """How much it looks like writing: the mean over what is beyond ASCII, each from 0 to 1."""
    with_neighbours = zip(text, f" {text}", f"{text[1:]} ", strict=False)
    weights = [weight(*three) for three in with_neighbours if three[0] > "\x7f"]
    return sum(weights) / max(len(weights), 1)


def _lead(c: str, encoding: str) -> int:
    """The first byte of a character of two, which says how common it is; 0 for no such one."""
    try:
        raw = c.encode(encoding)
    except UnicodeEncodeError:
        return 0
    return raw[0] if len(raw) == 2 else 0


def _chinese(c: str, *_: str) -> float:
    lead = _lead(c, "gb2312")
    return 0.85 if 0xB0 <= lead <= 0xD7 else 0.55 if lead > 0xD7 else 0.3 if lead else 0.0


def _taiwanese(c: str, *_: str) -> float:
    lead = _lead(c, "big5")
    return 0.75 if 0xA4 <= lead <= 0xC6 else 0.25 if lead else 0.0


def _japanese(c: str, *_: str) -> float:
    if "\u3041" <= c <= "\u30ff":
        return 1.0
    lead = _lead(c, "shift_jis")
    return 0.8 if 0x88 <= lead <= 0x98 else 0.3 if lead > 0x98 else 0.1 if lead else 0.0


def _korean(c: str, *_: str) -> float:
    return 1.0 if c in _HANGUL else 0.55 if "가" <= c <= "힣" else 0.1


def _western(c: str, before: str, after: str) -> float:
    """Accented letters stand among plain ones, and capitals before small ones."""
    if not ("\xc0" <= c <= "\xff" or c in "ŒœŠšŽžŸ") or c in "×÷":
        return 0.0
    if (before.islower() and c.isupper()) or (c.islower() and after.isupper()):
        return 0.2
    return 1.0 if _plain(before) or _plain(after) else 0.4


def _russian(c: str, before: str, after: str) -> float:
    if not "\u0400" <= c <= "\u045f" or _plain(before) or _plain(after):
        return 0.0
    return 1.0 if c.islower() else 0.6 if not before.islower() else 0.0


def _plain(c: str) -> bool:
    return c.isascii() and c.isalpha()


# Of equal ones the first wins.
_ENCODINGS: dict[str, tuple[str, Weight]] = {
    "GB18030": ("gb18030", _chinese),
    "Shift-JIS": ("cp932", _japanese),
    "Big5": ("cp950", _taiwanese),
    "EUC-KR": ("cp949", _korean),
    "Windows-1252": ("cp1252", _western),
    "DOS code page 437": ("cp437", _western),
    "Windows-1251": ("cp1251", _russian),
    "DOS code page 866": ("cp866", _russian),
}
