"""What a couple has agreed on: the pact, and pauses. Pure.

Projector and streaks both keep an `Agreement` and both decide by these functions alone, so that what one
refuses the other refuses too. Dates are ISO strings, which sort as dates do.
"""

from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec.structs import replace

from shared.events.couple import PactChanged, PauseEnded, PauseOpened

DEFAULT_AGREED_DAYS = 3.5
LEAST_AGREED_DAYS, MOST_AGREED_DAYS = 1.0, 60.0
MOST_PAUSES = 20
AHEAD = timedelta(days=731)
"""A pause begins, and if it has an end ends, so soon: what waits for its end looks at every day of it."""
REMEMBERED = timedelta(days=7)
"""A pause is remembered so long after its last day: that day may still be open for the other member."""

_PAUSES = uuid5(NAMESPACE_URL, "attune/pause")
_DAYS_A_WEEK = {f"weekly:{n}": n for n in range(1, 8)}


class Pause(msgspec.Struct, frozen=True, array_like=True):
    """Covers the couple-days from `first` to `last`, both included; without a last one it is open-ended."""

    id: str
    opener: str
    first: str
    last: str | None

    def covers(self, date: str) -> bool:
        return self.first <= date and (self.last is None or date <= self.last)


class Agreement(msgspec.Struct, frozen=True, array_like=True):
    """`mode` is `daily`, `weekly:n` or `two_misses`; `agreed_days` is the gap between quality times."""

    mode: str = "daily"
    agreed_days: float = DEFAULT_AGREED_DAYS
    reply_to_reveal: bool = False
    pauses: tuple[Pause, ...] = ()

    def pause_on(self, date: str) -> Pause | None:
        """The pause that covers this couple-day."""
        return next((pause for pause in self.pauses if pause.covers(date)), None)


class Refused(Exception):
    """A wish that does not fit what is agreed; `word` is stable."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def is_mode(text: str) -> bool:
    """Whether this names a streak mode."""
    return text in ("daily", "two_misses") or text in _DAYS_A_WEEK


def days_a_week(mode: str) -> int | None:
    """The n of `weekly:n`, None for the other modes."""
    return _DAYS_A_WEEK.get(mode)


def change_pact(agreement: Agreement, wish: PactChanged) -> Agreement:
    """The agreement with what the wish names. Raises `Refused`."""
    mode = agreement.mode if wish.mode is None else wish.mode
    agreed_days = agreement.agreed_days if wish.agreed_days is None else wish.agreed_days
    if not is_mode(mode) or not LEAST_AGREED_DAYS <= agreed_days <= MOST_AGREED_DAYS:
        raise Refused("unknown_mode" if not is_mode(mode) else "agreed_days_out_of_range")
    reveal = agreement.reply_to_reveal if wish.reply_to_reveal is None else wish.reply_to_reveal
    return replace(agreement, mode=mode, agreed_days=agreed_days, reply_to_reveal=reveal)


def pause_id(event_id: str) -> str:
    """The pause's own id: both members see it, and a command can be asked about by its id."""
    return str(uuid5(_PAUSES, event_id))


def open_pause(agreement: Agreement, event_id: str, wish: PauseOpened) -> Agreement:
    """The agreement with another pause; those that have long been over are forgotten.

    Raises `Refused`: one member's pauses never overlap, and none begins in the past or in years. What the
    other has opened is no hindrance: whoever wants to pause, or to go, can do so whatever the other has done.
    """
    long_ago = (date.fromisoformat(wish.today) - REMEMBERED).isoformat()
    pauses = tuple(p for p in agreement.pauses if p.last is None or p.last >= long_ago)
    if wish.first < wish.today or (wish.last is not None and wish.last < wish.first):
        raise Refused("pause_in_the_past")
    if (wish.last or wish.first) > (date.fromisoformat(wish.today) + AHEAD).isoformat():
        raise Refused("pause_too_far_ahead")
    own = [pause for pause in pauses if pause.opener == wish.person]
    if any(_overlap(pause, wish) for pause in own):
        raise Refused("pauses_overlap")
    if sum(p.last is None or p.last >= wish.today for p in own) >= MOST_PAUSES:
        raise Refused("too_many_pauses")
    pause = Pause(pause_id(event_id), wish.person, wish.first, wish.last)
    return replace(agreement, pauses=(*pauses, pause))


def end_pause(agreement: Agreement, wish: PauseEnded) -> Agreement:
    """The agreement with this pause ended: it still covers today; one that has not begun is taken back.

    Raises `Refused`: only its opener can end it.
    """
    pause = next((p for p in agreement.pauses if p.id == wish.pause), None)
    if pause is None or (pause.last is not None and pause.last < wish.today):
        raise Refused("unknown_pause")
    if pause.opener != wish.person:
        raise Refused("cannot_end_pause")
    others = tuple(p for p in agreement.pauses if p.id != wish.pause)
    if pause.first > wish.today:
        return replace(agreement, pauses=others)
    return replace(agreement, pauses=(*others, replace(pause, last=wish.today)))


def leave(agreement: Agreement, event_id: str, person: str, today: str) -> Agreement:
    """The agreement as the one who remains finds it: paused by the leaver, for good.

    It is what the leaver could have come to by ending their pauses and opening one without an end.
    """
    mine = [p for p in agreement.pauses if p.opener == person and p.covers(today)]
    over = tuple(p for p in agreement.pauses if p.opener != person or (p.last is not None and p.last < today))
    if not mine:
        return replace(agreement, pauses=(*over, Pause(pause_id(event_id), person, today, None)))
    if mine[0].last is None:
        return replace(agreement, pauses=(*over, mine[0]))
    tomorrow = (date.fromisoformat(today) + timedelta(days=1)).isoformat()
    ended, for_good = replace(mine[0], last=today), Pause(pause_id(event_id), person, tomorrow, None)
    return replace(agreement, pauses=(*over, ended, for_good))


def _overlap(pause: Pause, wish: PauseOpened) -> bool:
    begins_in_time = wish.last is None or pause.first <= wish.last
    return begins_in_time and (pause.last is None or wish.first <= pause.last)
