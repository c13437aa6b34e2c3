"""The kinds of nudges: who sends them, whether they come unasked, and which goes first. Data only."""

from typing import Final, NamedTuple


class Kind(NamedTuple):
    """`on`: unless the person says otherwise. `prompt`: it does not wait for the end of quiet hours.

    `anyway`: no silence of the person's puts it off, since it answers what they did, or that very silence.
    """

    by_partner: bool = False
    on: bool = True
    prompt: bool = False
    anyway: bool = False


KINDS: Final[dict[str, Kind]] = {
    "invite.taken": Kind(anyway=True),
    "couple.returned": Kind(),
    "pact.renewed": Kind(),
    "streak.milestone": Kind(),
    "pact.outgrown": Kind(),
    "lapse.opened": Kind(),
    "day.at_risk": Kind(),
    "day.last_chance": Kind(on=False, prompt=True),
    "invite.expired": Kind(anyway=True),
    "member.silent": Kind(anyway=True),
    "week.summed": Kind(on=False),
    "appreciation.shared": Kind(by_partner=True),
    "reflection.shared": Kind(by_partner=True),
    "nudge.asked": Kind(by_partner=True),
}
"""Every kind of nudge. Of what falls due at one instant the earlier in this list goes first."""

WEIGHTS: Final = {kind: place for place, kind in enumerate(KINDS)}


def kind_of(name: str) -> Kind:
    """The kind of this name; of one that this version does not know, an ordinary one."""
    return KINDS.get(name, Kind())
