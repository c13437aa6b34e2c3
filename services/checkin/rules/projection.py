"""The projector's fold: which rule decides about a record, how crossings are numbered, what is shown."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec.structs import replace

from checkin.rules import agreeing, amending, channels, erasing, outcomes, pairing, people, recovery
from checkin.rules.entries import record_checkin
from checkin.rules.states import Couple, Crossing, Decision, Person, Step, Subject, Told
from shared import days, topics
from shared.events import TYPE_NAMES, Event
from shared.events.couple import CheckinRecorded, CoupleFormed, MemberLeft
from shared.events.person import (
    ChannelAdded,
    ChannelCodeAsked,
    ChannelCodeGiven,
    ChannelRemoved,
    ChannelSecretRotated,
    ChannelsOrdered,
    ChannelTestAsked,
    CoupleConfirmed,
    CoupleLeft,
    FeedClosed,
    FeedOpened,
    InviteAccepted,
    InviteCreated,
    JoinerPromised,
    KeyWrapped,
    MemberJoined,
    NudgesSet,
    PersonChanged,
    PersonErased,
    PersonRecovered,
    PersonRegistered,
    PromiseAnswered,
    PulseAnswered,
    RecoveryCodesMade,
    TokenIssued,
    TokenRevoked,
    TopicsChanged,
)
from shared.folding import Change, Output, Record
from shared.views import pack
from shared.views.couple import CoupleView
from shared.views.person import OutcomesView, PersonView

SOURCE = "attune/checkin"

_CROSSINGS = uuid5(NAMESPACE_URL, "attune/crossing")
_NOBODY = Subject()

# The data is Any: each rule takes the one structure that stands beside it.
_Rule = Callable[[Person, Record, Any], Decision]

_WISHES: dict[type[msgspec.Struct], _Rule] = {
    PersonChanged: people.change,
    TokenIssued: people.issue_token,
    TokenRevoked: people.revoke_token,
    RecoveryCodesMade: recovery.make_codes,
    PersonRecovered: recovery.recover,
    ChannelAdded: people.add_channel,
    ChannelRemoved: people.remove_channel,
    ChannelCodeAsked: channels.ask_code,
    ChannelCodeGiven: channels.give_code,
    ChannelTestAsked: channels.ask_test,
    ChannelSecretRotated: channels.rotate_secret,
    ChannelsOrdered: channels.put_in_order,
    TopicsChanged: people.change_topics,
    NudgesSet: people.set_nudges,
    PulseAnswered: people.answer_pulse,
    FeedOpened: people.open_feed,
    FeedClosed: people.close_feed,
    InviteCreated: pairing.invite,
    InviteAccepted: pairing.accept,
    CoupleConfirmed: pairing.confirm,
    CoupleLeft: pairing.leave,
}
_NEWS: dict[type[msgspec.Struct], _Rule] = {
    JoinerPromised: pairing.hold,
    PromiseAnswered: pairing.hear_answer,
    MemberJoined: pairing.join,
}


class Projection:
    """Implements `shared.folding.Fold` over the journal and the keys."""

    state_type = Subject
    layout = 1

    def fold(self, subject: str, state: Subject | None, record: Record) -> Change[Subject] | None:
        before = state or _NOBODY
        if _passed(before, record.event):
            return None
        step = _step(subject, before, record)
        return None if step is None else _change(subject, record, step)

    def advance(self, _subject: str, state: Subject, _until_ms: int) -> Change[Subject]:
        """Time alone changes nothing here: what lapses is found lapsed when it is next asked for."""
        return Change(state)

    def show(self, subject: str, state: Subject, _now_ms: int) -> dict[str, bytes | None]:
        if state.person is None and state.couple is None and not state.erased:
            return {}
        if state.erased:
            return {
                f"outcomes/{subject}": pack(OutcomesView({c: t.outcome for c, t in state.agreed.items()}))
            }
        told = state.agreed if state.person is None else state.agreed | state.person.outcomes
        views: dict[str, bytes | None] = {
            f"agreement/{subject}": pack(state.agreement),
            f"outcomes/{subject}": _outcomes(told),
        }
        if state.person is not None:
            views[subject] = pack(_person_view(state.person, state.key))
            views |= people.pulse_views(subject, state.person)
        if state.couple is not None:
            views[subject] = pack(_couple_view(state.couple))
        return views


def _outcomes(told: Mapping[str, Told]) -> bytes:
    return pack(OutcomesView({command: one.outcome for command, one in told.items()}))


def _passed(before: Subject, event: Event) -> bool:
    """Whether this crossing has been taken already: it comes again after a crash of its sender."""
    return event.sender is not None and (event.sequence or 0) <= before.passed.get(event.sender, 0)


def _step(subject: str, before: Subject, record: Record) -> Step | None:
    data = record.event.data
    if before.erased:
        return erasing.after_the_end(subject, before, record)
    if record.topic == topics.KEYS:
        return Step(replace(before, key=data.wrapped)) if isinstance(data, KeyWrapped) else None
    if isinstance(data, CheckinRecorded):
        return record_checkin(subject, before, record, data)
    if isinstance(data, amending.WISHES):
        return amending.change(subject, before, record, data)
    if isinstance(data, agreeing.WISHES):
        return agreeing.agree(subject, before, record, data)
    if subject.startswith("person/"):
        return _person_step(subject, before, record)
    return _couple_step(subject, before, record)


def _person_step(subject: str, before: Subject, record: Record) -> Step | None:
    person, data = before.person, record.event.data
    if person is None:
        return _stranger_step(subject, before, record)
    if isinstance(data, PersonErased):
        return erasing.erase(subject, before, person, record, data)
    rule = (_NEWS if record.event.sender else _WISHES).get(type(data))
    if rule is None or (record.event.sender is None and _decided(person, data)):
        return None
    decision = rule(person, record, data)
    told = outcomes.kept(person.outcomes, decision.outcomes, record.append_ms)
    return Step(replace(before, person=replace(decision.person, outcomes=told)), decision.crossings)


def _stranger_step(subject: str, before: Subject, record: Record) -> Step | None:
    """Nobody is registered here yet. A promise made to them is refused, so that its joiner is free again."""
    person_id, data = topics.id_of(subject), record.event.data
    if isinstance(data, PersonRegistered):
        return Step(replace(before, person=people.register(person_id, record, data)))
    if isinstance(data, JoinerPromised):
        return Step(before, (pairing.refusal(person_id, data, "unknown_invite"),))
    return None


def _decided(person: Person, wish: msgspec.Struct) -> bool:
    """Whether this command has its outcome, or waits for it: producers send again what they fear lost."""
    command: str | None = getattr(wish, "command", None)
    waiting = {waits.command for waits in (person.promise, person.confirming) if waits is not None}
    return command is not None and (command in person.outcomes or command in waiting)


def _couple_step(subject: str, before: Subject, record: Record) -> Step | None:
    couple, data = before.couple, record.event.data
    if couple is None:
        if not isinstance(data, CoupleFormed):
            return None
        formed, crossings = pairing.form(topics.id_of(subject), record, data)
        return Step(replace(before, couple=formed), crossings)
    if isinstance(data, PersonErased):
        return erasing.forget(subject, before, record, data)
    if isinstance(data, MemberLeft):
        gone, agreed = pairing.part(couple, before.agreement, record, data)
        return Step(replace(before, couple=gone, agreement=agreed))
    return None


def _change(subject: str, record: Record, step: Step) -> Change[Subject]:
    """The step with its crossings numbered on, and with the number of the crossing that caused it."""
    after, event = step.subject, record.event
    crossings = step.crossings
    outputs = [
        _output(subject, record, crossing, after.sent + nth) for nth, crossing in enumerate(crossings, 1)
    ]
    passed = after.passed
    if event.sender is not None:
        passed = passed | {event.sender: event.sequence or 0}
    after = replace(after, sent=after.sent + len(outputs), passed=passed)
    if step.ends_key:
        outputs.append(Output(topics.KEYS, Event("", "key.ended", SOURCE, "", subject, None)))
    return Change(after, outputs=outputs, views=step.views, entries=step.entries, forgets=step.forgets)


def _output(subject: str, record: Record, crossing: Crossing, sequence: int) -> Output:
    kind = TYPE_NAMES[type(crossing.data)]
    event = Event(
        id=crossing.id or _id(subject, record.event.id, kind, crossing),
        type=kind,
        source=SOURCE,
        time=days.iso_instant(record.append_ms),
        subject=crossing.receiver,
        data=crossing.data,
        sender=subject,
        sequence=sequence,
    )
    return Output(topics.JOURNAL, event)


def _id(subject: str, cause: str, kind: str, crossing: Crossing) -> str:
    return str(uuid5(_CROSSINGS, f"{subject} {cause} {kind} {crossing.receiver} {crossing.which}"))


def _person_view(person: Person, key: bytes | None) -> PersonView:
    return PersonView(
        spans=person.spans,
        language=person.language,
        name=person.name,
        name_event=person.name_event,
        registered_ms=person.registered_ms,
        tokens=person.tokens,
        channels=person.channels,
        couple=person.couple,
        past=person.past,
        key=key,
        topics=person.topics,
        recovery=person.recovery,
        recovered_ms=person.recovered_ms,
        feed=person.feed,
        nudges=person.nudges,
        wished_ms=person.wished_ms,
    )


def _couple_view(couple: Couple) -> CoupleView:
    return CoupleView(couple.id, couple.members, couple.day_one, couple.formed_ms)
