"""What a couple is told of its streak, step by step: the difference between two calendars, from the rules.

A step is a fact, or the close of a date. As slow as the calendar is long, for each of its facts.
"""

from typing import NamedTuple

from tests.oracle.counting import COUNTS, streak
from tests.oracle.couple_days import calendar, closes, counting_entries, mode_of
from tests.oracle.histories import LATE, Entry, Fact, History, Mode, Undo

MILESTONES = (7, 30, 100)


class Told(NamedTuple):
    kind: str
    date: int
    length: int


class Known(NamedTuple):
    """The calendar as far as it is known, and the last date that had closed."""

    mode: str
    words: dict[int, str]
    closed_through: int

    def word(self, date: int) -> str:
        """A pause makes no difference to a date that is still open."""
        word = self.words.get(date, "open")
        return word if word in COUNTS or date <= self.closed_through else "open"

    def streak(self, before: int | None = None) -> tuple[int, int]:
        """The streak and the longest, of all dates or of those before this one."""
        if before is None:
            return streak(self.mode, self.words, self.closed_through)
        words = {date: word for date, word in self.words.items() if date < before}
        return streak(self.mode, words, min(self.closed_through, before - 1)) if words else (0, 0)


def told(history: History, now: int) -> list[Told]:
    """All that was said up to now, in order."""
    found: list[Told] = []
    taken_back: set[tuple[int, str]] = set()
    was = known(history.before(0), history.formed - LATE)
    for place, fact in enumerate(history.facts):
        was = pass_time(found, history.before(place), was, fact.at - LATE)
        if isinstance(fact, Mode | Undo) or counting_entries(History((), 0, (fact,))):
            true = known(history.before(place + 1), fact.at - LATE)
            found += after(fact, was, true, taken_back)
            was = true
    pass_time(found, history, was, now)
    return found


def after(fact: Fact, was: Known, true: Known, taken_back: set[tuple[int, str]]) -> list[Told]:
    """What is told of one fact. What was told of a date and taken back is told again as a correction."""
    if isinstance(fact, Mode):
        return of_mode(was, true)
    dates = differing(was, true)
    if isinstance(fact, Entry):
        again = taken_back & {(date, true.word(date)) for date in dates}
        return of_correction(was, true) if again else of_fact(was, true)
    news = of_correction(was, true)
    if news:
        taken_back |= {(date, was.word(date)) for date in dates if was.word(date) in COUNTS}
    return news


def known(history: History, now: int) -> Known:
    ends = closes(history, now)
    words = {date: day.word for date, day in calendar(history, now).items()}
    closed_through = max((date for date in ends if ends[date] <= now), default=min(ends) - 1)
    return Known(mode_of(history), words, closed_through)


def pass_time(found: list[Told], history: History, was: Known, now: int) -> Known:
    """Each date that closes by now."""
    for date, end in closes(history, now).items():
        if was.closed_through < date and end <= now:
            true = known(history, end)
            found += of_close(was, true, date)
            was = true
    return was


def of_close(was: Known, true: Known, date: int) -> list[Told]:
    """A longer streak where an excused date completes a week; a streak that is broken."""
    before, after = was.streak(before=date)[0], true.streak(before=date + 1)[0]
    news = []
    if true.words[date] == "excused" and true.streak()[0] > was.streak()[0]:
        news += of_more(date, true.streak()[0])
    standing = was.streak(before=date + 1)[0] if was.words.get(date) in COUNTS else before
    if standing and not after:
        news.append(Told("streak.broken", date, standing))
    return news


def of_fact(was: Known, true: Known) -> list[Told]:
    """What became of dates that had been judged, then each date that counts now and lengthens the streak."""
    news = []
    judged = [date for date, word in was.words.items() if word != "open" and true.words[date] != word]
    judged = [date for date in judged if date <= was.closed_through]
    mended = [date for date in judged if true.words[date] == "repaired"]
    if mended:
        news.append(Told("couple.returned", mended[0], true.streak()[0]))
    elif judged and true.streak() != was.streak():
        news.append(Told("streak.corrected", judged[0], true.streak()[0]))
    for date in sorted(set(true.words) - set(judged)):
        if true.words[date] in COUNTS and was.words.get(date) not in COUNTS:
            before, after = (true.streak(before=limit)[0] for limit in (date, date + 1))
            news += of_more(date, after) if after > before else []
    return news


def of_correction(was: Known, true: Known) -> list[Told]:
    """A single correction from the first date that differs on, if the streak is another."""
    if true.streak() == was.streak():
        return []
    return [Told("streak.corrected", differing(was, true)[0], true.streak()[0])]


def differing(was: Known, true: Known) -> list[int]:
    return [date for date in sorted({*was.words, *true.words}) if was.word(date) != true.word(date)]


def of_mode(was: Known, true: Known) -> list[Told]:
    """A single correction, if the streak is another."""
    if true.streak()[0] == was.streak()[0]:
        return []
    return [Told("streak.corrected", true.closed_through + 1, true.streak()[0])]


def of_more(date: int, count: int) -> list[Told]:
    reached = count in MILESTONES or (count and count % 365 == 0)
    return [
        Told("streak.extended", date, count),
        *([Told("streak.milestone", date, count)] if reached else []),
    ]
