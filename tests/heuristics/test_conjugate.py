"""Word forms of verbs, participles and adjectives."""

from __future__ import annotations

import pytest

from annotate.heuristics.conjugate import (
    adjective_forms,
    participle_forms,
    past_forms,
    present_forms,
    verb_forms,
)


@pytest.mark.parametrize(
    ("past", "present", "forms"),
    [
        ("انسحب", "ينسحب", "انسحب انسحبت انسحبوا انسحبا ينسحب تنسحب ننسحب ينسحبون تنسحبان"),
        ("التقي", "يلتقي", "التقي التقت التقوا التقيا يلتقي تلتقي يلتقون يلتق"),
        ("دعا", "يدعو", "دعا دعت دعوا يدعو تدعو يدعون"),
        ("فر", "يفر", "فر فرت فروا يفر تفر يفرون"),
        ("قال", "يقول", "قال قالت قالوا يقول تقول نقول يقولون"),
    ],
)
def test_forms_of_verbs(past: str, present: str, forms: str) -> None:
    assert set(forms.split()) <= verb_forms(past, present)


def test_short_stems_give_no_common_words() -> None:
    assert "نفر" not in present_forms("يفر")
    assert "اجل" not in verb_forms("اجلي", "يجلي")
    assert "دعي" not in past_forms("دعا")


def test_a_fixed_form_is_kept() -> None:
    assert present_forms("تقع") == {"تقع"}


def test_forms_of_participles_and_adjectives() -> None:
    assert {"موكد", "موكدا", "موكده", "موكدين", "موكدون"} <= participle_forms("موكد")
    assert {"نافيا", "نافيه", "ناف"} <= participle_forms("نافي")
    singular, plural = adjective_forms("سوري")
    assert {"سوري", "سوريه", "سوريا"} <= singular
    assert plural == {"سوريين", "سوريون", "سوريات"}
