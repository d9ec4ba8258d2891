"""Triggers, and whether the event is denied or not real."""

from __future__ import annotations

import pytest

from tests.heuristics.proposals import annotation, events

FOUND = [
    ("هوجمت المدينة أمس", ("ATTACK", "هوجمت")),
    ("شهدت العاصمة مسيرات حاشدة", ("DEMONSTRATE", "مسيرات")),
    ("كذبت الحركة أنباء عن خلاف", ("STATEMENT", "كذبت")),
    ("تجمهر الأهالي أمام المقر", ("DEMONSTRATE", "تجمهر")),
    ("قصف القوات الروسية مدينة بعيدة", ("STRIKE", "قصف")),
    ("هاجم مسلحون مركزا للشرطة", ("ATTACK", "هاجم")),
    ("فتح الجنود النار على المسلحين وسط اشتباكات", ("ATTACK", "فتح")),
    ("اندلعت اشتباكات بين الجيش والمسلحين", ("CLASH", "اشتباكات")),
    ("وأغارت طائرات حربية على المعسكر", ("STRIKE", "وأغارت")),
    ("انفجرت عبوة ناسفة في السوق", ("BOMBING", "انفجرت")),
    ("حاصرت القوات البلدة", ("SIEGE", "حاصرت")),
    ("إعلان حظر التجول ليلا", ("SIEGE", "حظر التجول")),
    ("مقتل ثلاثة جنود في هجوم", ("KILL", "مقتل")),
    ("سقوط قتلى في قصف على البلدة", ("KILL", "سقوط قتلى")),
    ("وأصيب سبعة في القصف على المدينة", ("INJURE", "وأصيب")),
    ("دمرت القذائف ثلاثة منازل", ("DAMAGE", "دمرت")),
    ("أسقط الجيش طائرة مسيرة وسط اشتباكات وقصف", ("DAMAGE", "أسقط")),
    ("أسقطت الطائرات براميل متفجرة وسط اشتباكات وقصف", ("STRIKE", "أسقطت")),
    ("استولى المسلحون على قاعدة عسكرية", ("TAKEOVER", "استولى")),
    ("تحرير مدينة الموصل من داعش", ("TAKEOVER", "تحرير")),
    ("بسطت القوات سيطرتها على كركوك", ("TAKEOVER", "سيطرتها")),
    ("خارج سيطرة الحكومة", ("TAKEOVER", "خارج سيطرة")),
    ("تقدم قوات الجيش نحو سرت بعد معارك", ("ADVANCE", "تقدم")),
    ("انسحبوا من البلدة بعد معارك", ("WITHDRAW", "انسحبوا")),
    ("استسلم عشرات المسلحين للجيش", ("SURRENDER", "استسلم")),
    ("انشقاق ضابط عن الجيش", ("DEFECT", "انشقاق")),
    ("اعتقلت الشرطة خمسة أشخاص", ("DETAIN", "اعتقلت")),
    ("تحرير الرهائن من قبضة الخاطفين", ("RELEASE", "تحرير")),
    ("إطلاق سراح الصحفي", ("RELEASE", "إطلاق سراح")),
    ("تظاهر الآلاف في الخرطوم", ("DEMONSTRATE", "تظاهر")),
    ("وقع الطرفان اتفاقا في الدوحة", ("AGREEMENT", "وقع")),
    ("التقى الوزير نظيره التركي", ("MEET", "التقى")),
    ("وأكدت المتحدثة أن الوضع هادئ", ("STATEMENT", "وأكدت")),
    ("مشيرا إلى أهمية الحوار", ("STATEMENT", "مشيرا")),
    ("نزحت عائلات من القرية", ("DISPLACE", "نزحت")),
    ("فر السكان من القصف", ("DISPLACE", "فر")),
    ("فتح مسلح النار ثم أطلق النار على الشرطة", ("ATTACK", "أطلق النار")),
    ("هجوم انتحاري في كابل", ("BOMBING", "هجوم")),
    ("لقي ثلاثة جنود مصرعهم في القصف", ("KILL", "لقي")),
    ("وقضت المحكمة بالسجن", ("DETAIN", "بالسجن")),
    ("بحث الوزير مع نظيره التركي الأزمة في تركيا", ("MEET", "بحث")),
    ("وأشاد الوزير بالجهود", ("STATEMENT", "وأشاد")),
    ("عقب استيلائهم على المدينة", ("TAKEOVER", "استيلائهم")),
    ("بعد لقائه الرئيس", ("MEET", "لقائه")),
]

NOT_FOUND = [
    ("قتل الوقت بالألعاب", "KILL"),
    ("خطف الأضواء في المهرجان", "DETAIN"),
    ("الإفراج عن أموال الشركة", "RELEASE"),
    ("أقر مجلس النواب القانون", "STATEMENT"),
    ("تفريق مثيري الشغب", "DEMONSTRATE"),
    ("سقوط أمطار غزيرة", "TAKEOVER"),
    ("سقوط الأسهم في البورصة", "TAKEOVER"),
    ("تقدم بطلب إلى المحكمة", "ADVANCE"),
    ("مواجهة صعبة في مباراة الذهاب أمام حارس المنتخب ومدرب الفريق", "CLASH"),
    ("وقع حادث سير مروري وقتل فيه ثلاثة", "KILL"),
    ("الجدير بالذكر أنه يذكر أن الشركة رابحة", "STATEMENT"),
    ("إضافة إلى ذلك", "STATEMENT"),
    ("من أجل السلام", "DISPLACE"),
    ("هيئة تحرير الشام", "TAKEOVER"),
    ("لمعت هنا نجوم كثيرة", "STATEMENT"),
    ("إجراءات أمنية مشددة في المطار", "STATEMENT"),
    ("الأمر المؤكد أن الطقس بارد", "STATEMENT"),
    ("عمل تخريبي في المصنع", "DAMAGE"),
    ("حققت الشركة مصالحها", "AGREEMENT"),
    ("أضاف هدفا ثانيا للفريق", "STATEMENT"),
    ("والجدير ذكره أن الشركة رابحة", "STATEMENT"),
    ("في وصف الولايات المتحدة", "STATEMENT"),
]


@pytest.mark.parametrize(("text", "event"), FOUND)
def test_a_trigger_is_found(text: str, event: tuple[str, str]) -> None:
    assert event in events(text)


@pytest.mark.parametrize(("text", "type_"), NOT_FOUND)
def test_another_meaning_is_no_trigger(text: str, type_: str) -> None:
    assert type_ not in {found for found, _ in events(text)}


def test_context_decides_between_taking_and_freeing() -> None:
    assert events("تحرير بلدة القيارة") == [("TAKEOVER", "تحرير")]
    assert events("تحرير مئات الأسرى") == [("RELEASE", "تحرير")]


@pytest.mark.parametrize(
    ("text", "trigger", "polarity", "modality"),
    [
        ("قصفت الطائرات البلدة", "قصفت", "POSITIVE", "ASSERTED"),
        ("لم تنسحب القوات", "تنسحب", "NEGATIVE", "ASSERTED"),
        ("لن تنسحب القوات", "تنسحب", "NEGATIVE", "OTHER"),
        ("ستنسحب القوات", "ستنسحب", "POSITIVE", "OTHER"),
        ("بهدف تحرير مدينة سرت", "تحرير", "POSITIVE", "OTHER"),
        ("نفى انسحاب قواته من البلدة", "انسحاب", "NEGATIVE", "ASSERTED"),
        ("دون اشتباك مع الجيش", "اشتباك", "NEGATIVE", "ASSERTED"),
        ("تعرضت البلدة لقصف عنيف", "لقصف", "POSITIVE", "ASSERTED"),
        ("ولم تنسحب القوات", "تنسحب", "NEGATIVE", "ASSERTED"),
        ("ولن تنسحب القوات", "تنسحب", "NEGATIVE", "OTHER"),
        ("ولا يزال القصف مستمرا", "القصف", "POSITIVE", "ASSERTED"),
        ("لم يتوقف القصف", "القصف", "POSITIVE", "ASSERTED"),
        ("غير أن القصف تواصل", "القصف", "POSITIVE", "ASSERTED"),
        ("لم تكن القوات قد انسحبت", "انسحبت", "NEGATIVE", "ASSERTED"),
        ("لم يتمكن الجيش من السيطرة على قندوز", "السيطرة", "NEGATIVE", "ASSERTED"),
        ("نفى المتحدث باسم الجيش الأفغاني اعتقال صحفي", "اعتقال", "NEGATIVE", "ASSERTED"),
        ("نفت حركة طالبان اعتقال صحفي", "اعتقال", "NEGATIVE", "ASSERTED"),
        ("نفى الوزير بعد القصف أي علاقة", "القصف", "POSITIVE", "ASSERTED"),
        ("لا اتفاق بين الجانبين", "اتفاق", "NEGATIVE", "ASSERTED"),
        ("قد تنسحب القوات", "تنسحب", "POSITIVE", "OTHER"),
        ("وقد انسحبت القوات", "انسحبت", "POSITIVE", "ASSERTED"),
    ],
)
def test_polarity_and_modality(text: str, trigger: str, polarity: str, modality: str) -> None:
    (span,) = [span for span in annotation(text).events if span.text == trigger]
    assert span.attributes == (("polarity", polarity), ("modality", modality))


def test_a_trigger_may_lie_in_a_number() -> None:
    text = "سقط 12 قتيلا في قصف على البلدة"
    start = len("سقط 12 ")
    (kill,) = [span for span in annotation(text).events if span.label == "KILL"]
    assert (kill.start, kill.end) == (start, start + len("قتيلا"))


def test_the_origin_names_rule_and_entry() -> None:
    (span,) = annotation("انسحبت القوات").events
    assert span.origin == "trigger:WITHDRAW/انسحب"
