"""Erasing a person: what each stream forgets as they go. Pure.

Of the person's own stream nothing stays but that it is over. A couple keeps that they were in it, since its
days were the other's, too.
"""

from msgspec.structs import replace

from checkin.rules import pairing, practising
from checkin.rules.amending import versions_of
from checkin.rules.outcomes import kept
from checkin.rules.states import Crossing, Person, Step, Subject
from shared import days, topics
from shared.events.couple import MemberLeft
from shared.events.person import JoinerPromised, MemberJoined, PersonErased
from shared.folding import Forget, Record
from shared.views.person import Outcome


def erase(subject: str, before: Subject, person: Person, record: Record, wish: PersonErased) -> Step:
    """The end of a person's stream: every couple that they were ever in hears of it."""
    command, stream = wish.command or "", topics.couple(person.couple or "")
    today = days.iso(days.local_date(person.spans, record.append_ms))
    couples = {past for past in person.past if past != subject} | ({stream} if person.couple else set())
    news = PersonErased(person=person.id, today=today)
    gone = Subject(
        sent=before.sent,
        passed=before.passed,
        erased=True,
        agreed=kept({}, {command: Outcome(200)}, record.append_ms),
    )
    return Step(
        gone,
        tuple(Crossing(couple, news) for couple in sorted(couples)),
        dict.fromkeys(
            (subject, *(f"{name}/{subject}" for name in ("agreement", "practices", "pulse", "pulse-shared")))
        ),
        forgets=_entries(subject, person.id),
        ends_key=True,
    )


def forget(subject: str, before: Subject, record: Record, news: PersonErased) -> Step | None:
    """A couple without a member, and without what they entered in it."""
    couple, person = before.couple, news.person
    if couple is None or person not in couple.members:
        return None
    left = MemberLeft(person, news.today)
    gone, agreed = pairing.part(couple, before.agreement, record, left)
    practices = practising.without_words_of(before.practices, person)
    after = replace(before, couple=gone, agreement=agreed, practices=practices)
    return Step(after, views=practising.views_of(subject, practices), forgets=_entries(subject, person))


def after_the_end(subject: str, before: Subject, record: Record) -> Step | None:
    """No key is taken any more, and whoever waits for this person is answered."""
    news, person = record.event.data, topics.id_of(subject)
    if isinstance(news, JoinerPromised):
        return Step(before, (pairing.refusal(person, news, "unknown_invite"),))
    if isinstance(news, MemberJoined):
        return Step(before, (Crossing(topics.couple(news.couple), MemberLeft(person, news.day_one)),))
    return None


def _entries(subject: str, author: str) -> tuple[Forget, ...]:
    return (
        Forget(f"checkins/{subject}", f"/{author}/", f"checkin/{subject}/"),
        versions_of(subject, f"{author}/"),
        Forget(f"heard/{subject}", f"{author}/", f"heard/{subject}/{author}/"),
    )
