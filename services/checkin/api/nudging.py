"""What one wishes of nudges, what lies ahead, and a sign to the partner."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from checkin.door import limits
from checkin.door.auth import Me, again, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id
from checkin.door.errors import Problem, invalid, pointer
from checkin.door.front import Front
from checkin.reading.outlook import as_shown, outlook_of
from checkin.reading.wishes import quiet_of, shown
from shared.events.couple import PartnerNudged
from shared.events.person import NudgesSet
from shared.events.values import Amount
from shared.kinds import KINDS

FIELD = "text"
MOST_CHARACTERS = 500

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    first: Annotated[Clock, Field(alias="from")]
    until: Clock


class QuietOut(BaseModel):
    first: Annotated[str, Field(alias="from")]
    until: str


class WishesIn(BaseModel):
    """What is left out stays. `system` is what Attune sends by itself, `partner` what your partner sends.

    `quiet`: null for none. `content`: whether nudges may say more than that there is something. `kinds`: each
    kind on or off.
    """

    model_config = ConfigDict(extra="forbid")

    system: Amount | None = None
    partner: Amount | None = None
    quiet: QuietIn | None = None
    content: StrictBool | None = None
    kinds: Annotated[dict[str, StrictBool], Field(max_length=50)] = {}


class WishesOut(BaseModel):
    """`changed_at`: when any of it last changed, with a token of yours or a tap on one of your links."""

    system: Amount
    partner: Amount
    quiet: QuietOut | None
    content: bool
    kinds: dict[str, bool]
    changed_at: str | None


class ForetoldOut(BaseModel):
    """`outcome` is sent (at `at`), held (until `at`) or dropped (at `at`); `rule` says what holds it back."""

    kind: str
    date: str | None
    due_at: str
    outcome: str
    at: str
    rule: str | None
    sentence: str | None


class ForecastOut(BaseModel):
    """The next seven days, if nobody does anything."""

    forecast: list[ForetoldOut]


class SignIn(BaseModel):
    """`text` is shown to your partner if they have asked for more than that there is something."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[
        str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_CHARACTERS)
    ] = None


class SignOut(BaseModel):
    state: str


def nudging_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("nudging", __name__, tag="nudges", url_prefix="/v1")

    @api.get("/nudge-settings")
    @signed_in(front, "read")
    @api.output(WishesOut)
    def wishes(me: Me) -> dict[str, Any]:
        """What you wish of nudges. Nobody else is shown it."""
        return shown(me.view)

    @api.put("/nudge-settings")
    @signed_in(front)
    @api.input(WishesIn, arg_name="wish")
    @api.output(WishesOut)
    def wish(me: Me, wish: WishesIn) -> Answer:
        """Have more or less, at other hours, or none. It holds at once."""
        return _wish(front, me, wish)

    @api.get("/nudges/forecast")
    @signed_in(front, "read")
    @api.output(ForecastOut)
    def forecast(me: Me) -> dict[str, Any]:
        """What you would be sent in the next seven days, when, and which rule holds it back."""
        return {"forecast": [as_shown(told, me.view.language) for told in outlook_of(front, me)]}

    @api.post("/nudges")
    @signed_in(front)
    @api.input(SignIn, arg_name="sign")
    @api.output(SignOut)
    def nudge(me: Me, sign: SignIn) -> Answer:
        """Send your partner a sign. Whether and when it reaches them is theirs to say, and not told."""
        return _nudge(front, me, sign)

    return api


def _wish(front: Front, me: Me, wish: WishesIn) -> Answer:
    unknown = sorted(wish.kinds.keys() - KINDS.keys())
    if unknown:
        raise invalid((pointer(("kinds", unknown[0])), f"There are these kinds: {', '.join(KINDS)}."))
    if wish.quiet is not None and wish.quiet.first == wish.quiet.until:
        raise invalid(("/quiet/until", "Quiet hours end at another time than they begin; null is for none."))
    command, quiet = command_id(front, me), None
    if "quiet" in wish.model_fields_set:
        quiet = quiet_of(None if wish.quiet is None else (wish.quiet.first, wish.quiet.until))
    data = NudgesSet(command, wish.system, wish.partner, quiet, wish.content, wish.kinds)
    outcome = carry_out(front, me, command, data)
    return answer(command, outcome, {} if outcome is None else shown(again(front, me).view))


def _nudge(front: Front, me: Me, sign: SignIn) -> Answer:
    if me.view.couple is None:
        raise Problem(409, "not_in_a_couple", "You are in no couple.")
    limits.take(front, f"nudges {me.id}", front.rules.nudges_per_hour)
    command = command_id(front, me)
    text = None if sign.text is None else front.sealer.seal(me.id, me.key, command, FIELD, sign.text)
    return answer(command, carry_out(front, me, command, PartnerNudged(me.id, command, text), me.subject))
