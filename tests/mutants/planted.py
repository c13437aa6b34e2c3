"""The planted bugs: each a small edit of the rules, or of the arithmetic of days, that some test must catch.

`old` stands exactly once in its file. `tests` are tried in order until one fails.
"""

from typing import NamedTuple

LATE_TESTS = ("tests/streaks/test_always.py", "tests/streaks/test_invariances.py")
DAYS = (
    "tests/shared/test_days.py",
    "tests/streaks/test_zone_table.py",
    "tests/shared/test_days_properties.py",
)
STREAK = (
    "tests/streaks/test_streak.py",
    "tests/streaks/test_decided.py",
    "tests/streaks/test_far_apart.py",
    "tests/streaks/test_journal.py",
    "tests/oracle",
    *LATE_TESTS,
)
RISK = ("tests/streaks/test_day_at_risk.py", *STREAK)
LAPSE = ("tests/streaks/test_lapse.py", "tests/streaks/test_decided.py", "tests/oracle", *LATE_TESTS)
STRENGTH = ("tests/streaks/test_strength.py", "tests/oracle")
UNDO = ("tests/shared/test_undo.py", "tests/streaks/test_undo.py", "tests/oracle", *LATE_TESTS)
NUDGES = ("tests/shared/test_nudging.py", "tests/year")
HTTP = ("tests/flow/test_checking_in.py", "tests/flow/test_agreement.py", "tests/flow/test_rules_refuse.py")


class Mutant(NamedTuple):
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = STREAK


class Place(NamedTuple):
    """Where bugs are planted, and who should find them."""

    file: str
    tests: tuple[str, ...]

    def __call__(self, name: str, old: str, new: str) -> Mutant:
        return Mutant(name, self.file, old, new, self.tests)


_days = Place("shared/days.py", DAYS)
_calendar = Place("services/streaks/calendar.py", STREAK)
_modes = Place("services/streaks/modes.py", ("tests/streaks/test_modes.py", *STREAK))
_checkins = Place("services/streaks/checkins.py", STREAK)
_undo = Place("shared/undo.py", UNDO)
_undoing = Place("services/streaks/undoing.py", UNDO)
_noting = Place("services/streaks/checkins.py", UNDO)
_telling = Place("services/streaks/calendar.py", UNDO)
_freezing = Place("services/streaks/freezing.py", STREAK)
_rules = Place("services/streaks/rules.py", STREAK)
_risk = Place("services/streaks/risk.py", RISK)
_hours = Place("shared/hours.py", RISK)
_nudging = Place("shared/nudging.py", NUDGES)
_caps = Place("shared/caps.py", NUDGES)
_quiet = Place("shared/hours.py", ("tests/shared/test_hours.py", *NUDGES))
_messages = Place(
    "services/notifier/messages.py", ("tests/notifier/test_messages.py", "tests/notifier/test_record.py")
)
_foretelling = Place("services/checkin/reading/foretelling.py", ("tests/flow/test_forecast.py", "tests/year"))
_ahead = Place("services/streaks/ahead.py", ("tests/streaks/test_ahead.py", "tests/year"))
_lapse = Place("services/streaks/lapse.py", LAPSE)
_strength = Place("services/streaks/strength.py", STRENGTH)
_pact = Place("shared/pact.py", (*HTTP, *STREAK))
_stamping = Place("services/checkin/rules/stamping.py", HTTP)
_choosing = Place("services/checkin/words/choosing.py", ("tests/checkin/test_choosing.py",))

PLANTED = [
    # --- which day it is ---
    _days("a day has 24 hours (a 24-hour midnight)",
        "return start_of(spans, day + 1)", "return start_of(spans, day) + DAY_MS"),
    _days("a naive zone: wall clocks are read as UTC",
        ".replace(tzinfo=ZoneInfo(zone))", ".replace(tzinfo=UTC)"),
    _days("`<` for `<=` where a date begins", "day_start, day + 1) <= at_ms", "day_start, day + 1) < at_ms"),
    _days("in a fold the second reading begins the day",
        "_instant(_wall(zone, day, day_start))", "_instant(_wall(zone, day, day_start).replace(fold=1))"),
    _days("the day start is forgotten", "timedelta(minutes=minutes)", "timedelta(minutes=0)"),
    _days("a change of zone comes into force at once",
        "Span(end_of(spans, last_date), zone", "Span(now_ms, zone"),
    _days("dates can go back", "return max(reached, date_at(spans[-1]", "return max(0, date_at(spans[-1]"),
    _days("a skipped date is not noticed",
        "return start_of(spans, day) == end_of(spans, day)",
        "return start_of(spans, day) > end_of(spans, day)"),
    # --- kept, judged, excused ---
    _calendar("a day closes when it has ended for the first of the two",
        "max([days.end_of(member.spans, day)", "min([days.end_of(member.spans, day)"),
    _calendar("one of the two keeps the day", "kept &= present", "kept |= present"),
    _calendar("a day before day one can be kept", "if alone > 0 else kept", "if alone > 99 else kept"),
    _calendar("reserve at streak 0",
        'modes.total("daily", state.frozen, before, place).streak and', "True and"),
    _calendar("three reserve days in seven", "\nRESERVES = 2", "\nRESERVES = 3"),
    _calendar("reserve looks back five days", "RESERVE_WINDOW = 6", "RESERVE_WINDOW = 5"),
    _calendar("reserve in every mode", 'state.agreement.mode != "daily"', 'state.agreement.mode == "none"'),
    _calendar("a pause excuses nothing", "(state.excused | state.paused) >> place", "state.excused >> place"),
    _calendar("a milestone one day early", "streak in MILESTONES", "streak + 1 in MILESTONES"),
    _calendar("a yearly milestone one day late", "streak % _YEAR == 0", "streak % _YEAR == 1"),
    _calendar("freezing one day early", "10 * days.DAY_MS", "9 * days.DAY_MS"),
    _calendar("every correction is told", "if now != _sum(state, said) else []", "if now else []"),
    _rules("judged a moment late: `>=` for `>`", "if at_ms > until_ms:", "if at_ms >= until_ms:"),
    _rules("freezing one close late", "calendar.FREEZE_MS <= at_ms", "calendar.FREEZE_MS < at_ms"),
    _rules("a crossing counts again", "event.sequence <= state.passed", "event.sequence < state.passed"),
    _rules("a date that travel skipped is not excused", "calendar.is_skipped(state.members, day):", "False:"),
    # --- repair, entries ---
    _calendar("repair without both", "and all(len(k) >= KINDS", "and any(len(k) >= KINDS"),
    _calendar("repair with a single kind", "KINDS_FOR_A_REPAIR = 2", "KINDS_FOR_A_REPAIR = 1"),
    _calendar("one day repairs two misses",
        "state.frozen.taken or day in used.values()", "state.frozen.taken"),
    _calendar("a repaired day ends the streak", "+ REPAIRED + states", "+ MISSED + states"),
    _checkins("a repair within 24 hours only", "REPAIR_MS = 48", "REPAIR_MS = 24"),
    _checkins("`<=` for `<` at the end of a repair's window",
        "closed_ms < append_ms - REPAIR_MS", "closed_ms <= append_ms - REPAIR_MS"),
    _checkins("the author's clock in place of the log's",
        "Fresh(digest, record.append_ms, author,", "Fresh(digest, entry.at_ms, author,"),
    _checkins("secret entries count", 'or entry.visibility == "secret"', ""),
    _checkins("self-love counts for the couple", 'if entry.kind == "self_love":', "if False:"),
    _checkins("a sealed appreciation is passed on",
        'and entry.visibility == "shared"', 'and entry.visibility != "x"'),
    # --- what is taken back ---
    _undo("`<` for `<=` at ten minutes", "now_ms - append_ms <= UNDO_MS", "now_ms - append_ms < UNDO_MS"),
    _undoing("an undo is never too late", " or not may_undo(entry.append_ms, record.append_ms)", ""),
    _undoing("anybody can undo",
        "digest_of(wish.author, wish.checkin)", "digest_of(state.people()[-1], wish.checkin)"),
    _undoing("what others said too goes with an undo", "for other in later:", "for other in ():"),
    _undoing("an undone entry leaves its kind", "if entry.of_kind:", "if False:"),
    _undoing("an undone entry leaves its busy flag", "if entry.made_busy:", "if False:"),
    _undoing("an undone entry leaves its offer to repair", "for missed in entry.gave:", "for missed in ():"),
    _undoing("the clock of quality time is not set back", "state.lapse = clock", "pass"),
    _undoing("later quality time is lost with an undo",
        "checkins.note_quality(state, entry)", "pass"),
    _undoing("a lapse that would have ended never was", "state.lapse, _ = lapse.opened(", "lapse.opened("),
    _undoing("a day that is open again is not warned of",
        "if state.warned < day < state.risk_day:", "if False:"),
    _undoing("an undo after half past seven warns", "risk.next_risk(state, day, time_ms)",
        "risk.next_risk(state, day, 0)"),
    _undoing("a date that travel skipped is missed after an undo",
        "if day < state.open_day and calendar.is_skipped(state.members, day):", "if False:"),
    _noting("a day that is kept by mistake takes no offer",
        " or (state.fresh and _may_lose(state, missed))", ""),
    _noting("what can be undone is forgotten by the record's time, not the log's",
        "settle(state, record.append_ms - LATENESS_MS)", "settle(state, record.append_ms + 3 * LATENESS_MS)"),
    _telling("what was taken back is celebrated again",
        "if state.taken_back and _comes_again(state, said):", "if False:"),
    _telling("an undo is never told", "    news = _corrected(state, said)", "    news: list[News] = []"),
    # --- modes ---
    _modes("excused raises the count",
        "+ letters.count(REPAIRED)", "+ letters.count(REPAIRED) + letters.count(EXCUSED)"),
    _modes("reserve raises the count",
        "+ letters.count(REPAIRED)", '+ letters.count(REPAIRED) + letters.count("r")'),
    _modes("two_misses breaks on one", "(0 if missed else count), True", "0, True"),
    _modes("an excused day between two misses forgives",
        "elif letter == MISSED:",
        "elif letter == EXCUSED:\n            missed = False\n        elif letter == MISSED:"),
    _modes("an excused day lowers no week", "_WEEK - week.count(EXCUSED))", "_WEEK)"),
    _modes("`>` for `>=` at a week's n", "counted(week) >= needed", "counted(week) > needed"),
    _modes("weeks begin on a Sunday", "into = (frozen.edge - 1) % _WEEK", "into = frozen.edge % _WEEK"),
    _modes("a wholly excused week is kept", "if needed == 0:", "if needed < 0:"),
    _freezing("a change of mode forgets the reserve",
        "if letter == MISSED and _is_reserve(state.agreement.mode, again)", "if False"),
    _freezing("a repaired day is frozen as unkept", "REPAIRED: 3}", "REPAIRED: 0}"),
    # --- at risk ---
    _hours("the warning comes half an hour early", "19 * 60 + 30", "19 * 60"),
    _hours("by the clock of whose day ends last", "end_ms = min(ends)", "end_ms = max(ends)"),
    _risk("a paused day is at risk", "or state.agreement.pause_on(days.iso(day)) is not None", ""),
    _risk("slack is no excuse", "return 0 if without.streak else count", "return count"),
    # --- nudges ---
    _quiet("quiet hours by the zone of before", "(in_force(spans, end_ms).zone, spans[-1].zone)",
        "(in_force(spans, end_ms).zone,)"),
    _quiet("quiet hours begin a minute late", "last <= minutes < first", "last <= minutes <= first"),
    _nudging("a last chance waits for the end of quiet hours", "kind_of(nudge.kind).prompt and", "False and"),
    _nudging("a pause of the other is none",
        "(receiver.spans, *(member.spans for member in members))", "(receiver.spans,)"),
    _nudging("a leaver is still heard", "couple.author_stream not in (None, receiver.stream)", "False"),
    _nudging("a kept day is still at risk", 'found.state == "open" and', 'found.state != "" and'),
    _nudging("an appreciation that was undone is told",
        "return shared or nudge.checkin is None", "return True"),
    _caps("four a week", "SYSTEM_PER_DAY, SYSTEM_PER_WEEK = 1, 3", "SYSTEM_PER_DAY, SYSTEM_PER_WEEK = 1, 4"),
    _caps("fewer is no less", "span = 2 if halved else 1", "span = 1"),
    _caps("no back-off", "last >= sent[-1]", "last >= 0"),
    _caps("a back-off by the day of the nudge", "_pause_days(free - last)", "_pause_days(sent[-1] - last)"),
    _messages("the wrong bracket in the penalty", "PENALTY * math.pow(0.5, days / HALF_LIFE_DAYS)",
        "math.pow(PENALTY * 0.5, days / HALF_LIFE_DAYS)"),
    _foretelling("the forecast forgets what it has sent", "history = caps.remembered(", "caps.remembered("),
    _ahead("far apart the day before is closed", "closed -= 1", "closed -= 0"),
    # --- the lapse ---
    _lapse("a pause does not stop the clock", "return any(first <= day and", "return any(False and"),
    _lapse("the threshold is clamped at 2t", "3 * agreed))", "2 * agreed))"),
    _lapse("a threshold of less than three days", "max(3.0, min(max(", "max(1.0, min(max("),
    _lapse("a long gap is not cut", "min(float(_elapsed(lapse, day)), limit)", "float(_elapsed(lapse, day))"),
    _lapse("one evening told by both is two", "if day <= lapse.last_day:", "if day < lapse.last_day:"),
    _lapse("drifting at half the threshold", "DRIFTING_SHARE = 0.75", "DRIFTING_SHARE = 0.5"),
    _lapse("a lapse is as long as its gap", " - threshold(lapse.mean, lapse.deviation, agreed))", ")"),
    _lapse("a lapse outlives a cadence that it does not break",
        "open=lapse.open and come", "open=lapse.open"),
    _lapse("outgrown again within sixty days", " and not said_lately", ""),
    _lapse("outgrown at the second lapse",
        "OUTGROWN_LAPSES, OUTGROWN_MS = 3", "OUTGROWN_LAPSES, OUTGROWN_MS = 2"),
    _lapse("daily habits feed the lapse",
        'frozenset({"quality_time"', 'frozenset({"feeling", "quality_time"'),
    # --- strength ---
    _strength("the half-life is 12", "0.5 ** (sqrt(frequency) / 13)", "0.5 ** (sqrt(frequency) / 12)"),
    _strength("a reserve day strengthens", "RESERVE: 0.0", "RESERVE: 1.0"),
    _strength("an excused day weakens", "MISSED: 0.0}", "MISSED: 0.0, EXCUSED: 0.0}"),
    # --- the pact, and what may be entered ---
    _pact("a pause may begin in the past", "if wish.first < wish.today or (", "if ("),
    _pact("anybody ends a pause", "if pause.opener != wish.person:", "if not wish.person:"),
    _pact("an ended pause leaves today", "last=wish.today)))", "last=pause.first)))"),
    _stamping("three days late", "\nLATE_DAYS = 2", "\nLATE_DAYS = 3"),
    _stamping("`>=` for `>` at five minutes ahead",
        "at_ms > now_ms + AHEAD_MS", "at_ms >= now_ms + AHEAD_MS"),
    _stamping("the future is not taken as now", "return min(at_ms, now_ms)", "return at_ms"),
    # --- the prompt of the day ---
    _choosing("every switch begins the round anew",
        "bisect_right(eligible, turn.place)", "bisect_right(eligible, -1)"),
    _choosing("a switch brings the same prompt again",
        "bisect_right(eligible, turn.place)", "bisect_right(eligible, turn.place - 1)"),
    _choosing("a round goes on in the order of the one before",
        "rounds.order(turn.round + more)", "rounds.order(turn.round)"),
    _choosing("what ends a round may begin the next", "middle = len(drawn) // 2", "middle = 0"),
    _choosing("every round has the same order", 'f"{number}"', '"0"'),
    _choosing("a switch counts from the day after its own", "if off.first <= day)", "if off.first < day)"),
    _choosing("the first of two wishes stays", "in reversed(history)", "in history"),
    _choosing("the ladder goes down", "prompt.step or 0)", "-(prompt.step or 0))"),
    _choosing("one topic that is on is enough", "not prompt.topics & off", "not prompt.topics <= off"),
]  # fmt: skip
