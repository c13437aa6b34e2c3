"""One check-in on its way: kept, sent after those that wait, and told of."""

import typer

from cli.person import words
from cli.person.client import Client
from cli.person.outbox import Waiting, deliver, report
from cli.person.showing import as_words, day, print_json, say, tell, text
from cli.person.signed import Signed
from cli.person.trouble import Refused, Trouble

_NEEDS_ANOTHER_TOKEN = (401, 403)


def enter(found: Signed, body: dict[str, object], as_json: bool) -> None:
    """Send this check-in, or keep it for later if the site cannot be reached. Raises the site's refusal."""
    entry = Waiting(found.session.site, found.session.person, body)
    waited = found.outbox.of(entry.site, entry.person)
    # Before it is sent: whatever happens from here on, it is not lost.
    found.outbox.put(entry)
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
        say(text(f"Checked in: {as_words(body['kind'])}, for {day(answer['local_date'])}."))


def _kept(entry: Waiting, why: Trouble | None, as_json: bool) -> None:
    tell(f"{why}\nYour entry is kept here and goes out with your next command: attune outbox")
    if isinstance(why, Refused) and why.status in _NEEDS_ANOTHER_TOKEN:
        raise typer.Exit(1)
    if as_json:
        print_json({"id": entry.id, "state": "waiting"})


def feeling_named(client: Client, word: str) -> str:
    """The id of a feeling. Raises a usage error that says what may have been meant."""
    return _named(client, word, words.feelings(), "feelings", "word for a feeling")


def kind_named(client: Client, word: str) -> str:
    """The id of a kind. Raises a usage error that says what may have been meant."""
    return _named(client, word, words.kinds(), "kinds", "kind of check-in")


def _named(client: Client, word: str, known: words.Words, listed: str, what: str) -> str:
    """A word that is not known here may be known at the site."""
    found = known.find(word)
    if found is None:
        known = _known_there(client, listed) or known
        found = known.find(word)
    if found is None:
        raise typer.BadParameter(f"“{word}” is no {what}. {known.meant(word)}")
    return found


def _known_there(client: Client, listed: str) -> words.Words | None:
    """None where the site cannot be asked."""
    try:
        found = client.get("/v1/vocabulary")[listed]
        return words.kinds(found) if listed == "kinds" else words.feelings(found)
    except (Trouble, KeyError, TypeError, AttributeError):
        return None
