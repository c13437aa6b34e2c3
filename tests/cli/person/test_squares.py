"""Days as signs: weeks as columns, a row of weeks, and a legend in words."""

from datetime import date, timedelta

from cli.person.squares import SIGNS, calendar, legend, row
from hypothesis import given
from hypothesis import strategies as st

TUESDAY = date(2026, 11, 24)
STATES = ("kept", "repaired", "reserve", "excused", "not_kept", "open")


def days(first: date, states: str) -> list[tuple[date, str]]:
    """A day for each letter."""
    by_letter = {sign.letter: state for state, sign in SIGNS.items()}
    return [(first + timedelta(days=nth), by_letter[letter]) for nth, letter in enumerate(states)]


def test_weeks_are_columns_and_the_legend_has_what_occurs() -> None:
    drawn = calendar(
        days(date(2026, 10, 29), "--##" + "###.=##" + "#######" + "##+####" + "#o"), 80, ascii_only=True
    )

    assert drawn.plain.splitlines() == [
        "      Nov",
        "Mon   # # # #",
        "Tue   # # # o",
        "Wed   # # +",
        "Thu - . # #",
        "Fri - = # #",
        "Sat # # # #",
        "Sun # # # #",
        "",
        "# kept  + repaired  = reserve  - excused  . not kept  o open",
    ]


def test_months_stand_above_their_first_week() -> None:
    drawn = calendar(days(date(2026, 8, 31), "#" * 86), 80, ascii_only=False)

    assert drawn.plain.splitlines()[0] == "      Sep     Oct     Nov"


def test_a_year_fits_eighty_columns() -> None:
    drawn = calendar(days(date(2025, 11, 24), "#" * 366), 80, ascii_only=False)

    lines = drawn.plain.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[1] == "Mon " + "■" * 53


def test_in_a_narrow_terminal_the_oldest_weeks_are_left_out() -> None:
    drawn = calendar(days(date(2025, 11, 24), "." * 364 + "##"), 30, ascii_only=True)

    assert drawn.plain.splitlines()[1] == "Mon " + "." * 25 + "#"


def test_a_row_shows_each_week_and_how_many_days_were_kept() -> None:
    drawn = row(days(date(2026, 11, 9), "###.###" + "##=#+##" + "#o"), ascii_only=False)

    assert drawn.plain == "days  ■■■□■■■ ■■◇■◆■■ ■○\nkept  ▇ 6     ▇ 6     ▂ 1"


def test_a_row_of_letters_has_no_other_signs() -> None:
    drawn = row(days(date(2026, 11, 9), "###.###" + "##=#+##" + "#o"), ascii_only=True)

    assert drawn.plain == "days  ###.### ##=#+## #o\nkept  6       6       1"


def test_a_week_that_begins_in_its_middle_has_its_days_where_they_belong() -> None:
    drawn = row(days(date(2026, 11, 12), "##.#" + "#o"), ascii_only=True)

    assert drawn.plain == "days     ##.# #o\nkept  3       1"


def test_no_state_is_told_by_its_colour_alone() -> None:
    assert len({sign.shape for sign in SIGNS.values()}) == len(SIGNS)
    assert len({sign.letter for sign in SIGNS.values()}) == len(SIGNS)


def test_a_state_that_is_not_known_yet_is_named() -> None:
    assert legend(["kept", "new_state"], ascii_only=False).plain == "■ kept  ? new state"


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.lists(st.sampled_from(STATES), min_size=1, max_size=800),
    st.integers(20, 200),
)
def test_no_line_is_wider_than_the_terminal_and_every_shown_day_has_its_place(
    first: date, states: list[str], width: int
) -> None:
    listed = [(first + timedelta(days=nth), state) for nth, state in enumerate(states)]

    lines = calendar(listed, width, ascii_only=True).plain.split("\n")[1:8]

    assert max(map(len, lines)) <= width
    last, state = listed[-1]
    assert lines[last.weekday()][-1] == SIGNS[state].letter
