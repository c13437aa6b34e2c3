"""How the words of a calendar add up to a streak in each mode, from the rules alone."""

COUNTS = ("kept", "repaired")


def streak(mode: str, words: dict[int, str], closed_through: int) -> tuple[int, int]:
    """The streak now, and the longest there was."""
    count = longest = 0
    for verdict in verdicts(mode, words, closed_through):
        count = count + 1 if verdict == "counts" else 0
        longest = max(longest, count)
    return count, longest


def verdicts(mode: str, words: dict[int, str], closed_through: int) -> list[str]:
    """What counts and what breaks, in order."""
    if mode == "daily":
        return [_of_day(word) for word in _in_order(words) if word in (*COUNTS, "not_kept")]
    if mode == "two_misses":
        return _two_misses(words)
    return _weeks(int(mode.removeprefix("weekly:")), words, closed_through)


def _in_order(words: dict[int, str]) -> list[str]:
    return [words[date] for date in sorted(words)]


def _of_day(word: str) -> str:
    return "counts" if word in COUNTS else "breaks"


def _two_misses(words: dict[int, str]) -> list[str]:
    """A missed day breaks only if the one before it, excused days not counted, was missed too."""
    judged = [word for word in _in_order(words) if word in (*COUNTS, "not_kept")]
    return [
        _of_day(word)
        for place, word in enumerate(judged)
        if word in COUNTS or (place > 0 and judged[place - 1] == "not_kept")
    ]


def _weeks(n: int, words: dict[int, str], closed_through: int) -> list[str]:
    """A week counts as soon as it has what it needs, and breaks when its Sunday closes without."""
    found = []
    mondays = sorted({date - (date - 1) % 7 for date in words})
    for monday in mondays:
        week = range(monday, monday + 7)
        counted = [date for date in week if words.get(date) in COUNTS]
        need = min(n, 7 - len([date for date in week if _is_excused(words, date, closed_through)]))
        if need == 0:
            continue
        if len(counted) >= need:
            found.append("counts")
        elif monday + 6 <= closed_through:
            found.append("breaks")
    return found


def _is_excused(words: dict[int, str], date: int, closed_through: int) -> bool:
    """Days before the first are excused days of the first week; a pause to come does not count yet."""
    return date < min(words) or (words.get(date) == "excused" and date <= closed_through)
