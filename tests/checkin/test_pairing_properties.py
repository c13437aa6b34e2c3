"""Pairing under any interleaving: crossings arrive in any order between ways, and more than once."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from shared import topics
from shared.events import Event
from tests.streams import HOUR_MS, MINUTE_MS, Streams

PEOPLE = ("ana", "bo", "chi", "dee")
people = st.sampled_from(PEOPLE)


class Pairing(RuleBasedStateMachine):
    """Several people pair all over one another. At the end everything has arrived and all must agree."""

    @initialize()
    def register(self) -> None:
        self.streams = Streams()
        self.streams.register(*PEOPLE)
        self.codes: list[tuple[str, str]] = []
        self.commands: dict[str, Event] = {}

    def _commanded(self, command: str) -> None:
        self.commands[command] = self.streams.records[-1].event

    @rule(inviter=people)
    def invite(self, inviter: str) -> None:
        code = f"{inviter}-{len(self.codes)}"
        self.codes.append((inviter, code))
        self._commanded(self.streams.invite(inviter, code))

    @precondition(lambda self: self.codes)
    @rule(joiner=people, latest=st.integers(1, 4))
    def accept(self, joiner: str, latest: int) -> None:
        inviter, code = self.codes[-min(latest, len(self.codes))]
        self._commanded(self.streams.accept(joiner, inviter, code, f" {len(self.streams.records)}"))

    def _holders(self) -> list[str]:
        return [person for person in PEOPLE if self.streams.person(person).held is not None]

    @precondition(lambda self: self._holders())
    @rule(data=st.data())
    def confirm_what_is_held(self, data: Any) -> None:
        self.confirm(data.draw(st.sampled_from(self._holders())))

    @rule(inviter=people)
    def confirm(self, inviter: str) -> None:
        self._commanded(self.streams.confirm(inviter, f" {len(self.streams.records)}"))

    @precondition(lambda self: self.commands)
    @rule(data=st.data())
    def send_a_command_again(self, data: Any) -> None:
        command = data.draw(st.sampled_from(list(self.commands)[-8:]))
        self.streams.append(self.commands[command])

    @precondition(lambda self: self.streams.waiting())
    @rule(data=st.data())
    def deliver(self, data: Any) -> None:
        self.streams.deliver(data.draw(st.sampled_from(self.streams.waiting())))

    @precondition(lambda self: any(self.streams.delivered.values()))
    @rule(data=st.data(), back=st.integers(1, 3))
    def deliver_again(self, data: Any, back: int) -> None:
        """The sender crashed before it noted what it had published: the way repeats from there, in order."""
        delivered = self.streams.delivered
        way = data.draw(st.sampled_from([way for way, count in delivered.items() if count]))
        delivered[way] = max(0, delivered[way] - back)

    @precondition(lambda self: self.streams.waiting())
    @rule()
    def settle(self) -> None:
        self.streams.settle()

    @precondition(lambda self: not self.streams.waiting())
    @rule(hours=st.sampled_from([1, 47, 49]))
    def wait(self, hours: int) -> None:
        """Nothing is under way for as long as an hour, and no command is sent again after it."""
        self.streams.now_ms += hours * HOUR_MS
        self.commands.clear()

    @rule()
    def wait_a_minute(self) -> None:
        self.streams.now_ms += MINUTE_MS

    def teardown(self) -> None:
        if not hasattr(self, "streams"):
            return
        self.streams.settle()
        self._every_command_has_one_outcome()
        self._members_and_couples_agree()
        self._no_promise_stays()

    def _every_command_has_one_outcome(self) -> None:
        data = [record.event.data for record in self.streams.records]
        issued = {str(wish.command) for wish in data if getattr(wish, "command", None)}
        assert {command: len(self.streams.told[command]) for command in issued} == dict.fromkeys(issued, 1)

    def _members_and_couples_agree(self) -> None:
        streams = self.streams
        couples = [state.couple for state in streams.states.values() if state.couple is not None]
        members = [member for couple in couples for member in couple.members]
        assert len(members) == len(set(members))
        assert all(couple.left == () for couple in couples)
        joined = {person: streams.person(person).couple for person in PEOPLE}
        assert {member: couple.id for couple in couples for member in couple.members} == {
            person: couple for person, couple in joined.items() if couple is not None
        }

    def _no_promise_stays(self) -> None:
        for person in map(self.streams.person, PEOPLE):
            assert person.confirming is None
            promise = person.promise
            assert promise is None or not promise.stands(self.streams.now_ms + 50 * HOUR_MS)


Pairing.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestPairing = Pairing.TestCase


def test_one_joiner_for_two_invites_makes_one_couple() -> None:
    streams = Streams()
    streams.register("ana", "bo", "chi")
    streams.invite("ana", "a")
    streams.invite("bo", "b")
    first = streams.accept("chi", "ana", "a")
    second = streams.accept("chi", "bo", "b")
    streams.settle()
    confirmed, refused = streams.confirm("ana"), streams.confirm("bo")
    streams.settle()
    assert streams.result("chi", first) == (200, None)
    assert streams.result("chi", second) == (409, "promised_elsewhere")
    assert streams.result("ana", confirmed) == (200, None)
    assert streams.result("bo", refused) == (409, "nothing_to_confirm")


def test_two_who_confirm_each_other_at_once_make_one_couple() -> None:
    streams = Streams()
    streams.register("ana", "bo")
    streams.invite("ana", "a")
    streams.invite("bo", "b")
    streams.accept("ana", "bo", "b")
    streams.accept("bo", "ana", "a")
    streams.settle()
    confirmed, refused = streams.confirm("ana"), streams.confirm("bo")
    streams.settle()
    assert streams.result("ana", confirmed) == (200, None)
    assert streams.result("bo", refused) == (409, "promised_elsewhere")
    assert streams.person("ana").couple == streams.person("bo").couple
    assert len([subject for subject in streams.states if subject.startswith(topics.couple(""))]) == 1
