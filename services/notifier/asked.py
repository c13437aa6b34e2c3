"""What a person asked to be sent over one of their channels: the code that verifies it, or a test. Pure.

It is no nudge: it stands in no inbox, counts in no cap, and goes at once, for whoever asked waits for it.
"""

from typing import Literal

from notifier.messages import Text
from shared.events import Event
from shared.events.moments import ChannelAsked
from shared.events.nudges import NudgePlanned
from shared.views.inbox import ChannelState

CODE, TEST = "channel.code", "channel.test"

_WORDS: dict[str, dict[str, Text]] = {
    CODE: {
        "en": Text(
            "Your code: {code}",
            "{code} is the code that confirms this address for Attune. It is good for one hour.",
            "Somebody gave this address to Attune. If it was not you, there is nothing to do.",
        ),
        "fr": Text(
            "Votre code : {code}",
            "{code} est le code qui confirme cette adresse pour Attune. Il est valable une heure.",
            "Quelqu’un a donné cette adresse à Attune. Si ce n’était pas vous, il n’y a rien à faire.",
        ),
    },
    TEST: {
        "en": Text("A test", "This way works.", "You asked for a test in Attune."),
        "fr": Text("Un essai", "Ce canal fonctionne.", "Vous avez demandé un essai dans Attune."),
    },
}


def plan(moment: Event, data: ChannelAsked, nudge: str, append_ms: int) -> NudgePlanned:
    """What is to be sent, at once."""
    return NudgePlanned(
        nudge=nudge,
        kind=moment.type,
        template=CODE if data.purpose == "code" else TEST,
        receiver=data.person,
        due_ms=append_ms,
        expires_ms=data.expires_ms,
        planned_ms=append_ms,
        channel=data.channel,
    )


Obstacle = Literal["expired", "removed", "not_verified"]


def obstacle(asked: NudgePlanned, state: ChannelState | None, ends_ms: int) -> Obstacle | None:
    """Why it is not sent. `state` of the channel, None if there is none; the attempt ends by `ends_ms`."""
    if asked.expires_ms <= ends_ms:
        return "expired"
    if state is None:
        return "removed"
    # A code also goes where nothing else does: that is what it is for.
    return "not_verified" if asked.template == TEST and state != "active" else None


def words(template: str, language: str, code: str | None) -> Text:
    """What it says in this language, else in English."""
    known = _WORDS[template]
    title, body, why = known.get(language.partition("-")[0].lower(), known["en"])
    return Text(title.format(code=code), body.format(code=code), why)
