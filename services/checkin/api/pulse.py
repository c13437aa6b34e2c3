"""The pulse: four short questions a month, answered for oneself and shared only if one wishes."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from checkin.door.auth import Me, again, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id
from checkin.door.errors import invalid
from checkin.door.front import Front
from checkin.reading.agreements import today_of
from checkin.reading.pulse import FIELD, Month, own_months, partners_months, trend, written
from checkin.words.questions import QUESTIONS, SCALE
from shared.events.person import PulseAnswered

OneToFive = Annotated[StrictInt, Field(ge=1, le=5)]


class AnswersIn(BaseModel):
    """What is left out is not answered this month."""

    model_config = ConfigDict(extra="forbid")

    satisfaction: OneToFive | None = None
    conflict: OneToFive | None = None
    wellbeing: OneToFive | None = None
    resilience: OneToFive | None = None


class PulseIn(BaseModel):
    """Takes the place of what you had answered this month; `shared`: whether your partner may see it."""

    model_config = ConfigDict(extra="forbid")

    answers: AnswersIn
    shared: StrictBool = False


class QuestionOut(BaseModel):
    id: str
    text: str


class ScaleOut(BaseModel):
    value: int
    label: str


class OwnMonth(BaseModel):
    month: str
    answers: dict[str, int]
    shared: bool


class PartnersMonth(BaseModel):
    month: str
    answers: dict[str, int]


class PulseOut(BaseModel):
    """`trend`: by question, how far your latest answer lies above the mean of up to three before.

    `partners`: the months that your partner has shared with you. The latest month comes first.
    """

    month: str
    questions: list[QuestionOut]
    scale: list[ScaleOut]
    yours: list[OwnMonth]
    trend: dict[str, float | None]
    partners: list[PartnersMonth]


def pulse_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("pulse", __name__, tag="what it adds up to", url_prefix="/v1")

    @api.get("/pulse")
    @signed_in(front, "read")
    @api.output(PulseOut)
    def pulse(me: Me) -> dict[str, Any]:
        """This month's questions, your answers, and what your partner has shared of theirs."""
        return _pulse(front, me)

    @api.post("/pulse")
    @signed_in(front)
    @api.input(PulseIn, arg_name="wish")
    @api.output(OwnMonth)
    def tell(me: Me, wish: PulseIn) -> Answer:
        """Answer for this month, or answer anew; share it, or keep it to yourself again."""
        return _answer(front, me, wish)

    return api


def _pulse(front: Front, me: Me) -> dict[str, Any]:
    months, language = own_months(front, me), me.view.language
    return {
        "month": today_of(front, me)[:7],
        "questions": [{"id": question.id, "text": getattr(question, language)} for question in QUESTIONS],
        "scale": [{"value": n, "label": getattr(label, language)} for n, label in enumerate(SCALE, 1)],
        "yours": [month._asdict() for month in months],
        "trend": trend(month.answers for month in months),
        "partners": [{"month": m.month, "answers": m.answers} for m in partners_months(front, me)],
    }


def _answer(front: Front, me: Me, wish: PulseIn) -> Answer:
    answers = wish.answers.model_dump(exclude_none=True)
    if not answers:
        raise invalid(("/answers", "Answer at least one of the questions."))
    command, month = command_id(front, me), today_of(front, me)[:7]
    sealed = front.sealer.seal(me.id, me.key, command, FIELD, written(answers))
    outcome = carry_out(front, me, command, PulseAnswered(month, sealed, wish.shared, command))
    return answer(command, outcome, {} if outcome is None else _told(front, again(front, me), month))


def _told(front: Front, me: Me, month: str) -> dict[str, Any]:
    found = next((kept for kept in own_months(front, me) if kept.month == month), Month(month, {}, False))
    return found._asdict()
