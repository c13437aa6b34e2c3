"""The words of nudges."""

import pytest
from notifier.messages import TEMPLATES, template_for, text
from notifier.policy import FROM_PARTNER

TELLING = ["calm", "sad", "evening", "feeling", "lapse", "quality", "appreciat", "Ana", "Bo ", "ressenti"]


@pytest.mark.parametrize("kind", ["day.at_risk", "lapse.opened", *FROM_PARTNER])
def test_every_kind_has_a_template_in_english_and_french(kind: str) -> None:
    assert {"en", "fr"} <= TEMPLATES[template_for(kind)].keys()


@pytest.mark.parametrize("template", TEMPLATES)
def test_title_and_body_are_free_of_content(template: str) -> None:
    for language in ("en", "fr"):
        words = text(template, language)
        assert not [word for word in TELLING if word in words.title + words.body]


def test_a_region_does_not_matter_and_an_unknown_language_is_english() -> None:
    french = text("day.at_risk/1", "fr")

    assert text("day.at_risk/1", "fr-CA") == text("day.at_risk/1", "FR") == french
    assert text("day.at_risk/1", "is") == text("day.at_risk/1", "en") != french


def test_a_template_that_this_version_does_not_have_still_has_words() -> None:
    assert text("gift.sent/7", "fr").title == "Attune"
