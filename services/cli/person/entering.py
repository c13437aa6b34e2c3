"""One check-in on its way: kept, sent after those that wait, and told of."""

from collections.abc import Callable, Mapping
from contextlib import suppress

import typer

from cli.person import words
from cli.person.client import Client
from cli.person.latest import Latest, remember
from cli.person.outbox import Waiting, deliver, report
from cli.person.practising import named, practice_names
from cli.person.showing import day, print_json, say, tell, text
from cli.person.signed import Signed
from cli.person.trouble import Refused, Trouble
from cli.person.typed import one_of

_NEEDS_ANOTHER_TOKEN = (401, 403)


def enter(environ: Mapping[str, str], found: Signed, body: dict[str, object], as_json: bool) -> None:
    """Send this check-in, or keep it for later if the site cannot be reached. Raises the site's refusal."""
    entry = Waiting(found.session.site, found.session.person, body)
    waited = found.outbox.of(entry.site, entry.person)
    # Before it is sent: whatever happens from here on, it is not lost.
    found.outbox.put(entry)
    remember(environ, Latest(entry.site, entry.person, entry.id, str(body["kind"])))
    delivery = deliver(found.outbox, found.client, [*waited, entry], entry.id)
    refused, answer = delivery.refused.pop(entry.id, None), delivery.answers.pop(entry.id, None)
    report(delivery, tell)
    if refused is not None:
        found.outbox.remove(entry.id)
        if "/at" in dict(refused.flaws):
            tell("An entry carries this machine's time. Is its clock right?")
        raise refused
    if answer is None:
        _kept(entry, delivery.stopped, as_json)
    elif as_json:
        print_json(answer)
    else:
        kind = named(str(body["kind"]), {})
        say(text(f"Checked in: {kind}, for {day(answer['local_date'])}."))


def _kept(entry: Waiting, why: Trouble | None, as_json: bool) -> None:
    tell(f"{why}\nYour entry is kept here and goes out with your next command: attune outbox")
    if isinstance(why, Refused) and why.status in _NEEDS_ANOTHER_TOKEN:
        raise typer.Exit(1)
    if as_json:
        print_json({"id": entry.id, "state": "waiting"})


def feeling_named(client: Client, word: str) -> str:
    """The id of a feeling. Raises a usage error that says what may have been meant."""
    return _named(word, words.feelings(), lambda: _feelings_at(client), "word for a feeling")


def kind_named(client: Client, word: str) -> str:
    """The id of a kind, which may be a practice. Raises a usage error that says what may have been meant."""
    return _named(word, words.kinds(), lambda: _kinds_at(client), "kind of check-in")


def _feelings_at(client: Client) -> words.Words:
    return words.feelings(client.get("/v1/vocabulary")["feelings"])


def _kinds_at(client: Client) -> words.Words:
    return words.kinds(client.get("/v1/vocabulary")["kinds"], practice_names(client))


def _named(word: str, known: words.Words, ask: Callable[[], words.Words], what: str) -> str:
    """A word that is not known here may be known at the site, where that can be asked."""
    if known.find(word) is None:
        with suppress(Trouble, KeyError, TypeError, AttributeError):
            known = ask()
    return one_of(word, known, what)
