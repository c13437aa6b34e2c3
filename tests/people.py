"""The cast: Ana and Bo are a couple, Chi and Dee another, Eve must be refused everywhere."""

from typing import NamedTuple

from shared import topics
from shared.events.values import Member, Span


class Person(NamedTuple):
    id: str
    name: str
    zone: str
    day_start: int = 180
    language: str = "en"

    @property
    def subject(self) -> str:
        return topics.person(self.id)

    @property
    def member(self) -> Member:
        return Member(self.id, (Span(0, self.zone, self.day_start),))


class Couple(NamedTuple):
    id: str
    members: tuple[Person, Person]

    @property
    def subject(self) -> str:
        return topics.couple(self.id)


ANA = Person("0190a000-0000-7000-8000-00000000000a", "Ana", "Europe/Paris")
BO = Person("0190b000-0000-7000-8000-00000000000b", "Bo", "America/New_York")
CHI = Person("0190c000-0000-7000-8000-00000000000c", "Chi", "Pacific/Auckland")
DEE = Person("0190d000-0000-7000-8000-00000000000d", "Dee", "Pacific/Honolulu", day_start=0)
EVE = Person("0190e000-0000-7000-8000-00000000000e", "Eve", "Europe/London")

ANA_AND_BO = Couple("0190ab00-0000-7000-8000-0000000000ab", (ANA, BO))
CHI_AND_DEE = Couple("0190cd00-0000-7000-8000-0000000000cd", (CHI, DEE))
