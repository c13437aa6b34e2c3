"""The couple's own practices: which ones they have, as their stream decides. Pure."""

from uuid import NAMESPACE_URL, uuid5

from checkin.rules.outcomes import refused
from checkin.rules.states import Practices
from checkin.words.vocabulary import PRACTICE
from shared.events.couple import PracticeAdded, PracticeRemoved
from shared.views import pack
from shared.views.couple import PracticesView, PracticeView
from shared.views.person import Outcome

WISHES = (PracticeAdded, PracticeRemoved)
MOST_PRACTICES = 20
MOST_EVER = 200
"""Every day that closes costs something for each kind that there ever was."""

_PRACTICES = uuid5(NAMESPACE_URL, "attune/practice")


def practise(
    before: Practices, event_id: str, wish: PracticeAdded | PracticeRemoved
) -> tuple[Practices, Outcome]:
    """The practices after this wish of a member; either may take one up, or take any of them away."""
    if isinstance(wish, PracticeRemoved):
        return _remove(before, wish)
    if len(before.live) >= MOST_PRACTICES:
        return before, refused("too_many_practices")
    if before.ever >= MOST_EVER:
        return before, refused("too_many_practices_ever")
    practice = PracticeView(practice_id(event_id), wish.person, event_id, wish.name)
    body: dict[str, object] = {"id": practice.id, "kind": f"{PRACTICE}{practice.id}"}
    return Practices((*before.live, practice), before.ever + 1), Outcome(201, body)


def practice_id(event_id: str) -> str:
    """The practice's own id: both members see it, and a command can be asked about by its id."""
    return str(uuid5(_PRACTICES, event_id))


def without_words_of(before: Practices, person: str) -> Practices:
    """What stays when a member has been erased: the same practices, without the names that they gave."""
    live = (p if p.author != person else PracticeView(p.id, p.author, p.event, "") for p in before.live)
    return Practices(tuple(live), before.ever)


def views_of(subject: str, practices: Practices) -> dict[str, bytes | None]:
    """What is shown of them. They change so seldom that no other change shows them again."""
    return {f"practices/{subject}": pack(PracticesView(practices.live))}


def _remove(before: Practices, wish: PracticeRemoved) -> tuple[Practices, Outcome]:
    live = tuple(practice for practice in before.live if practice.id != wish.practice)
    if len(live) == len(before.live):
        return before, refused("unknown_practice")
    return Practices(live, before.ever), Outcome(200)
