"""Whether what became of a nudge was right: decided once, true when it was sent, at a good hour, in a cap."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from shared import days, hours
from shared.caps import PARTNER_GAP_MS, PARTNER_PER_DAY
from shared.days import local_date
from shared.events.nudges import NudgeDropped, NudgePlanned, NudgeSent
from shared.hours import USUAL_QUIET
from shared.kinds import KINDS, kind_of
from tests.chaos import effects
from tests.chaos.capping import SentMs
from tests.chaos.effects import Complaint
from tests.chaos.stories import Facts, Said, Spans, Story

Complaints = list[str]
_GRACE_MS = 5000
"""What fell due so shortly before all was read may still wait for its views."""


@dataclass
class NudgeFindings:
    """`lost`: never planned, dropped though true, or never arrived. `wrong`: false, twice or out of hours.

    `channels`: the figures of each way, the inbox among them.
    """

    lost: Complaints = field(default_factory=list)
    wrong: Complaints = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    channels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


class Judge:
    """Whether what became of a nudge was right."""

    def __init__(self, story: Story, facts: Facts, sent_ms: SentMs, findings: NudgeFindings) -> None:
        receiver = story.planned.receiver
        self._story = story
        self._facts = facts
        self._system_ms = sent_ms.get((story.subject, receiver, False), ())
        self._partner_ms = sent_ms.get((story.subject, receiver, True), ())
        self._nudge = story.planned
        self._spans = facts.spans.get(receiver, ())
        self._expires_ms = _expires_ms(story.planned, self._spans)
        self._ended_ms = story.end_ms(facts)
        self._erased = receiver in facts.erased
        self._findings = findings

    def judge(self, now_ms: int) -> None:
        story, figures = self._story, self._findings.figures
        figures["planned"] += 1
        figures[f"planned {self._nudge.kind}"] += 1
        figures["arrivals"] += len(story.arrived)
        figures["arrived again"] += max(0, len(story.arrived) - len({a.kind for a in story.arrived}))
        if len(story.sent) + len(story.dropped) > 1:
            self._wrong("decided more than once")
        if story.sent:
            self._sent(story.sent[0])
        elif story.dropped:
            self._dropped(*story.dropped[0])
        else:
            self._pending(now_ms)
        self._arrived()

    def _sent(self, sent: NudgeSent) -> None:
        story, figures = self._story, self._findings.figures
        figures[f"sent {self._nudge.kind}"] += 1
        if self._over_by(story.due_ms):
            self._wrong("false when it fell due")
        elif self._over_by(sent.at_ms):
            figures["overtaken between due and sent"] += 1
        if sent.at_ms >= self._expires_ms:
            self._wrong("sent after its expiry")
        if self._quiet(sent.at_ms):
            self._wrong("sent in quiet hours")
        if not self._erased:
            self._ways(sent)
            if sent.channels and not story.arrived:
                self._undelivered()
        self._effects(sent)

    def _ways(self, sent: NudgeSent) -> None:
        """Whether it was sent over the receiver's channels: all that are not gone, in their order."""
        if not sent.channels:
            self._findings.figures["to the inbox alone"] += 1
        if self._nudge.channel is not None:
            wanted = [self._nudge.channel]
        elif kind_of(self._nudge.kind).by_partner and self._partner_waits(sent):
            wanted = []
        else:
            wanted = [*self._facts.ways.get(self._nudge.receiver, ())]
        # One that was found gone is left out from some time after that on.
        over = [way for way in wanted if way not in self._facts.gone or way in sent.channels]
        if list(sent.channels) != over:
            self._wrong(f"sent over {sent.channels}, not over {over}")

    def _partner_waits(self, sent: NudgeSent) -> bool:
        """Whether what a partner sends had to stay in the inbox. Of two at one instant the first goes out."""
        reach_ms = sent.at_ms if not sent.channels else sent.at_ms - 1
        before_ms = [other for other in self._partner_ms if other <= reach_ms]
        today = sum(hours.same_day(self._spans, other, sent.at_ms) for other in before_ms)
        return today >= PARTNER_PER_DAY or any(sent.at_ms - o < PARTNER_GAP_MS for o in before_ms)

    def _effects(self, sent: NudgeSent) -> None:
        found = effects.of_channels(self._story, sent, self._facts.kinds, erased=self._erased)
        for complaint in (*effects.of_ids(self._story), *found):
            self._say(complaint)
        effects.count(self._story, sent, self._facts.kinds, self._findings.channels)

    def _undelivered(self) -> None:
        final = [(failed, said) for failed, said in self._story.failed if failed.next is None]
        for failed, said in final:
            self._findings.figures[f"failed: {failed.reason}"] += 1
            if not self._ceased(failed.reason, said.logged_ms):
                self._lost(f"given up as {failed.reason!r}")
        if not final:
            self._lost("sent, and never arrived")

    def _dropped(self, data: NudgeDropped, said: Said) -> None:
        self._findings.figures[f"dropped: {data.rule}"] += 1
        if self._ceased(data.rule, said.logged_ms):
            return
        if data.rule == "no_longer_true":
            if self._expires_ms > said.logged_ms:
                self._lost("dropped though it was true")
        elif not self._rule_holds(data.rule, said.at_ms) and not self._erased:
            self._lost(f"dropped as {data.rule!r}")

    def _ceased(self, rule: str, at_ms: int) -> bool:
        """Whether this was the rule, and held: it was over, or one had left, which looks like a pause."""
        left_ms = [ms for (subject, _), ms in self._facts.gone_ms.items() if subject == self._story.subject]
        if rule == "paused":
            return any(ms <= at_ms for ms in left_ms)
        return rule == "no_longer_true" and self._over_by(at_ms)

    def _pending(self, now_ms: int) -> None:
        if self._erased:
            self._findings.figures["forgotten"] += 1
            return
        if not self._story.held:
            if self._story.due_ms + _GRACE_MS < now_ms:
                self._lost("never decided")
            self._findings.figures["not due yet"] += 1
            return
        data, said = self._story.held[-1]
        self._findings.figures[f"held: {data.rule}"] += 1
        if data.until_ms + _GRACE_MS < now_ms:
            self._lost("held, and not decided when its time came")
        if not self._rule_holds(data.rule, said.at_ms):
            self._wrong(f"held as {data.rule!r}")

    def _rule_holds(self, rule: str, at_ms: int) -> bool:
        """Whether there was reason to hold it back at this instant, or to drop it if it could not wait."""
        before_ms = [sent for sent in self._system_ms if sent <= at_ms]
        match rule:
            case "quiet_hours":
                return self._quiet(at_ms)
            case "expired":
                # Only what could never have left: the hours between were quiet, or there were none.
                due_ms = self._story.due_ms
                return max(due_ms, hours.awake_from(self._spans, USUAL_QUIET, due_ms)) >= self._expires_ms
            case "one_a_day":
                return any(hours.same_day(self._spans, sent, at_ms) for sent in before_ms)
            case "three_a_week":
                return sum(self._week(sent) == self._week(at_ms) for sent in before_ms) >= 3
            case "back_off":
                return bool(before_ms)
            case "not_asked_for":
                return not KINDS[self._nudge.kind].on
            case _:
                return False

    def _arrived(self) -> None:
        for arrival in self._story.arrived:
            if not any(sent.channels for sent in self._story.sent):
                self._wrong("arrived and was never sent")
            if arrival.person != self._nudge.receiver:
                self._wrong(f"arrived at {arrival.person}")
            if arrival.at_ms > self._expires_ms:
                self._wrong("arrived after its expiry")
            if self._quiet(arrival.at_ms):
                self._wrong("arrived in quiet hours")

    def _over_by(self, at_ms: int) -> bool:
        """Whether what it says had ceased to be true by the log at this instant."""
        return self._ended_ms is not None and self._ended_ms <= at_ms

    def _week(self, at_ms: int) -> int:
        return hours.week_of(local_date(self._spans, at_ms))

    def _quiet(self, at_ms: int) -> bool:
        # What was asked for goes at once, for whoever asked waits for it.
        if self._nudge.channel is not None or not self._spans:
            return False
        return hours.quiet_until(self._spans, USUAL_QUIET, at_ms) is not None

    def _say(self, complaint: Complaint) -> None:
        (self._lost if complaint.how == "lost" else self._wrong)(complaint.what)

    def _lost(self, what: str) -> None:
        self._findings.lost.append(f"{what}: {self._story}")

    def _wrong(self, what: str) -> None:
        self._findings.wrong.append(f"{what}: {self._story}")


def _expires_ms(nudge: NudgePlanned, spans: Spans) -> int:
    """When it is of no use to its receiver any more: "today" ends by their own clock."""
    if not nudge.kind.startswith("day.") or nudge.date is None or not spans:
        return nudge.expires_ms
    return min(nudge.expires_ms, days.end_of(spans, days.ordinal(nudge.date)))
