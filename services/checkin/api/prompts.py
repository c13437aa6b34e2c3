"""The prompt of the day, and the topics that a person would rather leave out."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from checkin.door.auth import Me, again, signed_in
from checkin.door.commands import Answer, answer, carry_out, command_id
from checkin.door.front import Front
from checkin.reading.agreements import today_of
from checkin.reading.prompting import FIELD, history_of, in_order, next_day, prompt_of, written
from checkin.words.vocabulary import TOPICS, TopicId
from shared import days
from shared.events.person import TopicsChanged


class PromptOut(BaseModel):
    """`date` is the couple-day it is for, `text` in the reader's language, `source` the study it tells of."""

    date: str
    id: str
    deck: str
    text: str
    source: str | None


class TopicsIn(BaseModel):
    """Everything that is to be off: what is not named is on."""

    model_config = ConfigDict(extra="forbid")

    off: Annotated[list[TopicId], Field(max_length=len(TOPICS))]


class TopicsOut(BaseModel):
    """What you asked for last; `in_force_from` says from which day it holds, null if it does already."""

    off: list[str]
    in_force_from: str | None


def prompts_api(front: Front) -> APIBlueprint:
    api = APIBlueprint("prompts", __name__, tag="what it adds up to", url_prefix="/v1")

    @api.get("/prompt")
    @signed_in(front, "read")
    @api.output(PromptOut)
    def prompt(me: Me) -> dict[str, Any]:
        """Today's prompt: the same for both of you."""
        return _prompt(front, me)

    @api.get("/topics")
    @signed_in(front, "read")
    @api.output(TopicsOut)
    def topics(me: Me) -> dict[str, Any]:
        """The topics that you have switched off. Nobody else is shown them."""
        return _topics(front, me)

    @api.put("/topics")
    @signed_in(front)
    @api.input(TopicsIn, arg_name="wish")
    @api.output(TopicsOut)
    def change(me: Me, wish: TopicsIn) -> Answer:
        """Switch topics off or on, from the next day on."""
        return _change(front, me, wish)

    return api


def _prompt(front: Front, me: Me) -> dict[str, Any]:
    date, prompt = prompt_of(front, me)
    text = prompt.texts[me.view.language]
    return {"date": date, "id": prompt.id, "deck": prompt.deck, "text": text, "source": prompt.source}


def _topics(front: Front, me: Me) -> dict[str, Any]:
    history = history_of(front, me.id, me.view)
    if not history:
        return {"off": [], "in_force_from": None}
    first = days.iso(history[-1].first)
    return {
        "off": in_order(history[-1].topics),
        "in_force_from": first if first > today_of(front, me) else None,
    }


def _change(front: Front, me: Me, wish: TopicsIn) -> Answer:
    command = command_id(front, me)
    off = front.sealer.seal(me.id, me.key, command, FIELD, written(frozenset(wish.off)))
    outcome = carry_out(front, me, command, TopicsChanged(next_day(front, me), off, command))
    return answer(command, outcome, {} if outcome is None else _topics(front, again(front, me)))
