"""A word that was typed, found among those that there are."""

import typer

from cli.person.plain import plain
from cli.person.words import Words


def one_of(typed: str, known: Words, what: str) -> str:
    """The id of a word. Raises a usage error that says what may have been meant."""
    found = known.find(typed)
    if found is None:
        raise typer.BadParameter(f"“{plain(typed)}” is no {what}. {plain(known.meant(typed))}")
    return found


def switched(on: list[str] | None, off: list[str] | None, known: Words, what: str) -> dict[str, bool]:
    """Whether each of these words is to be on, by its id. Raises a usage error."""
    wished = {one_of(word, known, what): True for word in on or ()}
    for word in off or ():
        found = one_of(word, known, what)
        if found in wished:
            raise typer.BadParameter(f"Is {found} to be on or off?")
        wished[found] = False
    return wished
