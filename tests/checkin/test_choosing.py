"""The choice of the day's prompt, for any decks, any days and whatever is switched off and on meanwhile."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from checkin.words.choosing import History, Off, Prompt, Rounds, chosen, off_on, turn_on
from checkin.words.decks import PROMPTS
from hypothesis import given
from hypothesis import strategies as st

DAY_ONE = 739_000
DAYS = 60
TOPICS = "abc"
SEED = bytes(32)

topics = st.frozensets(st.sampled_from(TOPICS), max_size=3)
prompts = st.lists(topics, max_size=8).map(
    lambda found: [Prompt(f"{nth}", "", {}, topics) for nth, topics in enumerate([frozenset[str](), *found])]
)
seeds = st.binary(min_size=1, max_size=64)
offs = st.builds(Off, st.integers(DAY_ONE - 5, DAY_ONE + DAYS), topics)
histories = st.lists(offs, max_size=6, unique_by=lambda off: off.first).map(sorted)
couples = st.lists(histories, min_size=1, max_size=2)


class Day(NamedTuple):
    """`may`: the prompts that are eligible on this day."""

    prompt: Prompt
    round: int
    may: set[str]


def told(written: Sequence[Prompt], seed: bytes, wishes: Sequence[History], days: int = DAYS) -> list[Day]:
    """The days from day one on, each asked for by itself."""
    found, rounds = [], Rounds(written, seed)
    for day in range(DAY_ONE, DAY_ONE + days):
        off = frozenset[str]().union(*(off_on(history, day) for history in wishes))
        may = {prompt.id for prompt in written if not prompt.topics & off}
        turn = turn_on(rounds, DAY_ONE, day, wishes)
        found.append(Day(chosen(rounds, DAY_ONE, day, wishes), turn.round, may))
    return found


def by_round(days: Sequence[Day]) -> list[list[Day]]:
    return [[day for day in days if day.round == number] for number in range(days[-1].round + 1)]


def test_the_latest_wish_that_has_come_into_force_holds() -> None:
    a, b = frozenset("a"), frozenset("b")
    history = [Off(DAY_ONE, a), Off(DAY_ONE + 2, b), Off(DAY_ONE + 4, a | b)]

    held = [off_on(history, DAY_ONE + nth) for nth in range(-1, 4)]
    assert held == [frozenset(), a, a, b, b]


@given(prompts, seeds, couples)
def test_a_prompt_is_always_eligible_for_both(
    written: list[Prompt], seed: bytes, wishes: list[History]
) -> None:
    assert all(day.prompt.id in day.may for day in told(written, seed, wishes))


@given(prompts, seeds, couples)
def test_in_a_round_none_comes_twice(written: list[Prompt], seed: bytes, wishes: list[History]) -> None:
    for days in by_round(told(written, seed, wishes)):
        asked = [day.prompt.id for day in days]
        assert len(set(asked)) == len(asked)


@given(prompts, seeds, couples)
def test_a_round_ends_only_when_all_that_stayed_eligible_have_come(
    written: list[Prompt], seed: bytes, wishes: list[History]
) -> None:
    rounds = by_round(told(written, seed, wishes))
    for days, following in pairwise(rounds):
        all_the_while = set.intersection(*(day.may for day in [*days, following[0]]))
        assert all_the_while <= {day.prompt.id for day in days}


@given(prompts, seeds, topics)
def test_while_nothing_is_switched_every_eligible_prompt_comes_once_a_round(
    written: list[Prompt], seed: bytes, off: frozenset[str]
) -> None:
    for days in by_round(told(written, seed, [[Off(DAY_ONE, off)]]))[:-1]:
        assert sorted(day.prompt.id for day in days) == sorted(days[0].may)


@given(prompts, seeds, couples, st.integers(1, DAYS), offs)
def test_a_wish_changes_no_day_before_its_own(
    written: list[Prompt], seed: bytes, wishes: list[History], later: int, wish: Off
) -> None:
    first = DAY_ONE + later
    changed = [*wishes[:-1], [*(off for off in wishes[-1] if off.first < first), wish._replace(first=first)]]

    assert told(written, seed, changed, later) == told(written, seed, wishes, later)


@given(prompts, seeds, couples)
def test_it_does_not_matter_who_switched_what_off(
    written: list[Prompt], seed: bytes, wishes: list[History]
) -> None:
    assert told(written, seed, wishes) == told(written, seed, wishes[::-1])


@given(prompts, seeds, couples)
def test_a_prompt_whose_place_has_passed_waits_for_the_next_round(
    written: list[Prompt], seed: bytes, wishes: list[History]
) -> None:
    order = Rounds(written, seed).order
    for number, days in enumerate(by_round(told(written, seed, wishes))):
        places = [order(number).index(day.prompt) for day in days]
        assert places == sorted(places)


# --- the order of a round -----------------------------------------------------------------------------


@given(seeds, st.integers(0, 50))
def test_every_round_has_every_prompt_once(seed: bytes, number: int) -> None:
    assert sorted(Rounds(PROMPTS, seed).order(number), key=by_id) == sorted(PROMPTS, key=by_id)


@given(seeds, st.integers(0, 50))
def test_vulnerability_never_steps_down_within_a_round(seed: bytes, number: int) -> None:
    steps = [prompt.step for prompt in Rounds(PROMPTS, seed).order(number) if prompt.step is not None]

    assert steps == sorted(steps)


@given(seeds, st.integers(0, 50))
def test_from_round_to_round_a_prompt_never_comes_back_within_twenty_days(seed: bytes, number: int) -> None:
    rounds = Rounds(PROMPTS, seed)
    one, two = rounds.order(number), rounds.order(number + 1)
    gaps = [(p.step is not None, len(one) - place + two.index(p)) for place, p in enumerate(one)]

    assert min(gap for on_the_ladder, gap in gaps if not on_the_ladder) > len(PROMPTS) // 2
    assert min(gap for on_the_ladder, gap in gaps if on_the_ladder) >= 20


def test_couples_and_rounds_have_orders_of_their_own() -> None:
    orders = {
        tuple(map(by_id, Rounds(PROMPTS, bytes([n])).order(number))) for n in range(9) for number in range(9)
    }

    assert len(orders) == 81


def test_an_order_does_not_depend_on_how_the_files_are_sorted() -> None:
    assert Rounds(PROMPTS, SEED).order(3) == Rounds(reversed(PROMPTS), SEED).order(3)


def by_id(prompt: Prompt) -> str:
    return prompt.id
