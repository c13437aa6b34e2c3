"""Texts that came from outside, made harmless to a terminal. Pure."""

import unicodedata

_MARK = "�"
# Letters and emoji are joined by these, and flags are written with tags.
_HARMLESS = frozenset({"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain(text: object, *, lines: bool = False) -> str:
    """The text without anything that could move the cursor, hide or reorder what is shown.

    Control and format characters become a visible mark, but for those that join letters or emoji. With
    `lines` it keeps its line breaks and tabs, otherwise they become spaces.
    """
    return "".join(_shown(character, lines=lines) for character in str(text).replace("\r\n", "\n"))


def _shown(character: str, *, lines: bool) -> str:
    if character in "\n\t":
        return character if lines else " "
    if character in _HARMLESS or unicodedata.category(character) not in _UNSEEN:
        return character
    return _MARK
