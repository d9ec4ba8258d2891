"""Principal parts from root and form: paradigms of grammar, the lexicon's own, and their shape.

The paradigms are written by hand after W. Wright, A Grammar of the Arabic Language, and not made
with the code.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.arabic.normalize import search_text
from annotate.heuristics.conjugate import participle_forms, verb_forms
from annotate.heuristics.derive import (
    CLASSES,
    FORMS,
    RADICALS,
    Verb,
    derive,
    needs_vowels,
    verbal_nouns,
)

# root, form and vowels | past, present | the same in the passive | participles | verbal nouns.
# A dash: the language has none, or the form gives none.
PARADIGMS = """
قتل I a-u | قتل يقتل | قتل يقتل | قاتل مقتول | -
جلس I a-i | جلس يجلس | - | جالس - | -
فتح I a-a | فتح يفتح | فتح يفتح | فاتح مفتوح | -
شرب I i-a | شرب يشرب | شرب يشرب | شارب مشروب | -
حسب I i-i | حسب يحسب | حسب يحسب | حاسب محسوب | -
حسن I u-u | حسن يحسن | - | - | -
دمر II | دمر يدمر | دمر يدمر | مدمر مدمر | تدمير
هجم III | هاجم يهاجم | هوجم يهاجم | مهاجم مهاجم | مهاجمة
قتل III | قاتل يقاتل | قوتل يقاتل | مقاتل مقاتل | مقاتلة قتال
علن IV | أعلن يعلن | أعلن يعلن | معلن معلن | إعلان
قدم V | تقدم يتقدم | تقدم يتقدم | متقدم متقدم | تقدم
فهم VI | تفاهم يتفاهم | تفوهم يتفاهم | متفاهم متفاهم | تفاهم
سحب VII | انسحب ينسحب | - | منسحب - | انسحاب
قحم VIII | اقتحم يقتحم | اقتحم يقتحم | مقتحم مقتحم | اقتحام
حمر IX | احمر يحمر | - | محمر - | احمرار
سود IX | اسود يسود | - | مسود - | اسوداد
هدف X | استهدف يستهدف | استهدف يستهدف | مستهدف مستهدف | استهداف
ترجم QI | ترجم يترجم | ترجم يترجم | مترجم مترجم | ترجمة
زلزل QI | زلزل يزلزل | زلزل يزلزل | مزلزل مزلزل | زلزلة زلزال
سيطر QI | سيطر يسيطر | سيطر يسيطر | مسيطر مسيطر | سيطرة
طمأن QI | طمأن يطمئن | طمئن يطمأن | مطمئن مطمأن | طمأنة
دهور QII | تدهور يتدهور | - | متدهور - | تدهور
رعو IX | ارعوى يرعوي | - | مرعوي - | ارعواء
قهقر QII | تقهقر يتقهقر | - | متقهقر - | تقهقر
وصل I a-i | وصل يصل | وصل يوصل | واصل موصول | -
وضع I a-a | وضع يضع | وضع يوضع | واضع موضوع | -
ورث I i-i | ورث يرث | ورث يورث | وارث موروث | -
وجل I i-a | وجل يوجل | - | - | -
وجه I u-u | وجه يوجه | - | - | -
يسر I a-i | يسر ييسر | يسر يوسر | ياسر ميسور | -
وجه II | وجه يوجه | وجه يوجه | موجه موجه | توجيه
وجه III | واجه يواجه | ووجه يواجه | مواجه مواجه | مواجهة
وقف IV | أوقف يوقف | أوقف يوقف | موقف موقف | إيقاف
يقظ IV | أيقظ يوقظ | أوقظ يوقظ | موقظ موقظ | إيقاظ
وفق VIII | اتفق يتفق | اتفق يتفق | متفق متفق | اتفاق
ورد X | استورد يستورد | استورد يستورد | مستورد مستورد | استيراد
قول I a-u | قال يقول | قيل يقال | قائل مقول | -
بيع I a-i | باع يبيع | بيع يباع | بائع مبيع | -
نوم I i-a | نام ينام | - | نائم - | -
هيب I i-a | هاب يهاب | هيب يهاب | هائب مهيب | -
طوق II | طوق يطوق | طوق يطوق | مطوق مطوق | تطويق
غير II | غير يغير | غير يغير | مغير مغير | تغيير
حور III | حاور يحاور | حوور يحاور | محاور محاور | محاورة حوار
صوب IV | أصاب يصيب | أصيب يصاب | مصيب مصاب | إصابة
بيد IV | أباد يبيد | أبيد يباد | مبيد مباد | إبادة
صور V | تصور يتصور | تصور يتصور | متصور متصور | تصور
فوض VI | تفاوض يتفاوض | تفووض يتفاوض | متفاوض متفاوض | تفاوض
هور VII | انهار ينهار | - | منهار - | انهيار
غول VIII | اغتال يغتال | اغتيل يغتال | مغتال مغتال | اغتيال
عود X | استعاد يستعيد | استعيد يستعاد | مستعيد مستعاد | استعادة
دعو I a-u | دعا يدعو | دعي يدعى | داعي مدعو | -
رمي I a-i | رمى يرمي | رمي يرمى | رامي مرمي | -
سعي I a-a | سعى يسعى | سعي يسعى | ساعي مسعي | -
بقي I i-a | بقي يبقى | - | باقي - | -
رضو I i-a | رضي يرضى | رضي يرضى | راضي مرضي | -
سمو II | سمى يسمي | سمي يسمى | مسمي مسمى | تسمية
ندو III | نادى ينادي | نودي ينادى | منادي منادى | مناداة نداء
لقي III | لاقى يلاقي | لوقي يلاقى | ملاقي ملاقى | ملاقاة لقاء
خلو IV | أخلى يخلي | أخلي يخلى | مخلي مخلى | إخلاء
بني V | تبنى يتبنى | تبني يتبنى | متبني متبنى | تبني
فدي VI | تفادى يتفادى | تفودي يتفادى | متفادي متفادى | تفادي
جلو VII | انجلى ينجلي | - | منجلي - | انجلاء
لقي VIII | التقى يلتقي | التقي يلتقى | ملتقي ملتقى | التقاء
دعو X | استدعى يستدعي | استدعي يستدعى | مستدعي مستدعى | استدعاء
فرر I a-i | فر يفر | - | فار - | -
شنن I a-u | شن يشن | شن يشن | شان مشنون | -
ظلل I i-a | ظل يظل | - | - | -
ودد I i-a | ود يود | ود يود | واد مودود | -
جدد II | جدد يجدد | جدد يجدد | مجدد مجدد | تجديد
حجج III | حاج يحاج | - | محاج محاج | محاجة حجاج
عدد IV | أعد يعد | أعد يعد | معد معد | إعداد
سلل V | تسلل يتسلل | - | متسلل - | تسلل
ضدد VI | تضاد يتضاد | - | متضاد متضاد | تضاد
شقق VII | انشق ينشق | - | منشق - | انشقاق
حلل VIII | احتل يحتل | احتل يحتل | محتل محتل | احتلال
قلل X | استقل يستقل | استقل يستقل | مستقل مستقل | استقلال
أخذ I a-u | أخذ يأخذ | أخذ يؤخذ | آخذ مأخوذ | -
أسر I a-i | أسر يأسر | أسر يؤسر | آسر مأسور | -
أسف I i-a | أسف يأسف | - | آسف - | -
أمم I a-u | أم يؤم | أم يؤم | آم مأموم | -
سأل I a-a | سأل يسأل | سئل يسأل | سائل مسؤول | -
سئم I i-a | سئم يسأم | سئم يسأم | - مسؤوم | -
قرأ I a-a | قرأ يقرأ | قرئ يقرأ | قارئ مقروء | -
خطأ I i-a | خطئ يخطأ | - | خاطئ - | -
أكد II | أكد يؤكد | أكد يؤكد | مؤكد مؤكد | تأكيد
هنأ II | هنأ يهنئ | هنئ يهنأ | مهنئ مهنأ | تهنئة
أمر III | آمر يؤامر | - | مؤامر - | مؤامرة
سأل III | ساءل يسائل | سوئل يساءل | مسائل مساءل | مساءلة
فجأ III | فاجأ يفاجئ | فوجئ يفاجأ | مفاجئ مفاجأ | مفاجأة
أمن IV | آمن يؤمن | أومن يؤمن | مؤمن مؤمن | إيمان
نشأ IV | أنشأ ينشئ | أنشئ ينشأ | منشئ منشأ | إنشاء
رأس V | ترأس يترأس | ترئس يترأس | مترئس مترأس | ترؤس
نبأ V | تنبأ يتنبأ | تنبئ يتنبأ | متنبئ متنبأ | تنبؤ
أمر VI | تآمر يتآمر | - | متآمر - | تآمر
سأل VI | تساءل يتساءل | - | متسائل - | تساؤل
وطأ VI | تواطأ يتواطأ | - | متواطئ - | تواطؤ
كفأ VII | انكفأ ينكفئ | - | منكفئ - | انكفاء
أخذ VIII | اتخذ يتخذ | اتخذ يتخذ | متخذ متخذ | اتخاذ
ألف VIII | ائتلف يأتلف | اؤتلف يؤتلف | مؤتلف مؤتلف | ائتلاف
لأم VIII | التأم يلتئم | - | ملتئم - | التئام
بدأ VIII | ابتدأ يبتدئ | ابتدئ يبتدأ | مبتدئ مبتدأ | ابتداء
أنف X | استأنف يستأنف | استؤنف يستأنف | مستأنف مستأنف | استئناف
هزأ X | استهزأ يستهزئ | استهزئ يستهزأ | مستهزئ مستهزأ | استهزاء
ضرر VIII | اضطر يضطر | اضطر يضطر | مضطر مضطر | اضطرار
صدم VIII | اصطدم يصطدم | - | مصطدم - | اصطدام
طلع VIII | اطلع يطلع | اطلع يطلع | مطلع مطلع | اطلاع
دعو VIII | ادعى يدعي | ادعي يدعى | مدعي مدعى | ادعاء
ذخر VIII | ادخر يدخر | ادخر يدخر | مدخر مدخر | ادخار
زيد VIII | ازداد يزداد | - | مزداد مزداد | ازدياد
زهر VIII | ازدهر يزدهر | - | مزدهر - | ازدهار
تبع VIII | اتبع يتبع | اتبع يتبع | متبع متبع | اتباع
وهم VIII | اتهم يتهم | اتهم يتهم | متهم متهم | اتهام
أتي I a-i | أتى يأتي | أتي يؤتى | آتي مأتي | -
أتي IV | آتى يؤتي | أوتي يؤتى | مؤتي مؤتى | إيتاء
أوي I a-i | أوى يأوي | أوي يؤوى | آوي مأوي | -
أوي IV | آوى يؤوي | أووي يؤوى | مؤوي مؤوى | إيواء
جيأ I a-i | جاء يجيء | جيء يجاء | جائي مجيء | -
شيأ I i-a | شاء يشاء | شيء يشاء | شائي مشيء | -
سوأ IV | أساء يسيء | أسيء يساء | مسيء مساء | إساءة
روي I a-i | روى يروي | روي يروى | راوي مروي | -
وفي I a-i | وفى يفي | وفي يوفى | وافي موفي | -
ولي I i-i | ولي يلي | ولي يولى | والي مولي | -
ولي X | استولى يستولي | استولي يستولى | مستولي مستولى | استيلاء
وفي V | توفى يتوفى | توفي يتوفى | متوفي متوفى | توفي
أدي II | أدى يؤدي | أدي يؤدى | مؤدي مؤدى | تأدية
حيي IV | أحيا يحيي | أحيي يحيا | محيي محيا | إحياء
بوأ V | تبوأ يتبوأ | - | متبوئ متبوأ | تبوؤ
"""
# Roots of every kind, so that what a test draws is often weak, doubled or hamzated.
_RADICAL = st.sampled_from([*sorted(RADICALS), *"ووويييءءء"])


def read(text: str) -> Verb:
    root, form, *vowels = text.split()
    return Verb(root.replace("أ", "ء").replace("ئ", "ء"), form, *vowels)


def rows() -> list[tuple[str, list[str], list[str]]]:
    found = []
    for line in PARADIGMS.strip().splitlines():
        verb, *groups, nouns = (cell.strip() for cell in line.split("|"))
        parts = [part for group in groups for part in ("- -" if group == "-" else group).split()]
        found.append((verb, parts, [] if nouns == "-" else nouns.split()))
    return found


@pytest.mark.parametrize(("text", "parts", "nouns"), rows(), ids=[row[0] for row in rows()])
def test_paradigms(text: str, parts: list[str], nouns: list[str]) -> None:
    verb = read(text)
    derived = derive(verb)
    assert len(parts) == len(derived)
    assert [d if p != "-" else "-" for p, d in zip(parts, derived, strict=True)] == parts
    found = verbal_nouns(verb)
    assert found[:1] == tuple(nouns[:1])
    assert set(nouns) <= set(found)


def test_the_paradigms_are_of_every_form_and_weakness() -> None:
    verbs = [read(text) for text, _, _ in rows()]
    assert len(verbs) == len(set(verbs)) > 120
    assert {verb.form for verb in verbs} == {*FORMS}
    assert {verb.vowels for verb in verbs} == {"", *CLASSES}
    kinds = {(kind, verb.form) for verb in verbs for kind in kinds_of(verb.root)}
    plain = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "X"}
    for kind in ("hollow", "defective", "doubled"):
        assert plain <= {form for found, form in kinds if found == kind}, kind
    # No form VII: it is hardly made of roots that begin with و, ي or a hamza.
    for kind in ("assimilated", "hamzated"):
        assert plain - {"VI", "VII", "V"} <= {form for found, form in kinds if found == kind}, kind


def kinds_of(root: str) -> list[str]:
    if len(root) == 4:
        return ["quadriliteral"]
    tests = {
        "assimilated": root[0] in "وي",
        "hollow": root[1] in "وي" and root[2] not in "وي",
        "defective": root[2] in "وي",
        "doubled": root[1] == root[2],
        "hamzated": "ء" in root,
    }
    return [kind for kind, holds in tests.items() if holds]


def test_vowels_are_needed_where_the_spelling_depends_on_them() -> None:
    for text in ("قتل I", "أخذ I", "فرر I", "قتل II", "قول II", "قول I a-u"):
        assert not needs_vowels(read(text)), text
    for text in ("قول I", "دعو I", "وصل I", "قرأ I", "سأل I", "أمم I"):
        assert needs_vowels(read(text)), text


@st.composite
def verbs(draw: st.DrawFn) -> Verb:
    form = draw(st.sampled_from([*FORMS]))
    length = 4 if form.startswith("Q") else 3
    root = "".join(draw(_RADICAL) for _ in range(length))
    return Verb(root, form, draw(st.sampled_from(CLASSES)) if form == "I" else "")


@given(verbs())
def test_the_shape_of_parts(verb: Verb) -> None:
    parts = derive(verb)
    letters = {*RADICALS, *"اىأإآؤئة"}
    for word in (*parts, *verbal_nouns(verb)):
        assert len(word) >= 2
        assert {*word} <= letters, word
        assert search_text(word)
    for present in (parts.present, parts.passive_present):
        assert present.startswith("ي")
    participles = (parts.active, parts.passive)
    assert all(word.startswith("م") for word in participles[verb.form == "I" :])


@given(verbs())
def test_what_is_derived_conjugates(verb: Verb) -> None:
    parts = [search_text(part) for part in derive(verb)]
    past, present, passive_past, passive_present, active, passive = parts
    for first, second in ((past, present), (passive_past, passive_present)):
        found = verb_forms(first, second)
        assert {first, second} <= found
        assert all(form.isalpha() for form in found)
    for participle in (active, passive):
        assert participle in participle_forms(participle)


@given(verbs(), st.sampled_from("بجحخسشعغفقكلمه"))
def test_strong_radicals_stay(verb: Verb, strong: str) -> None:
    """Whatever happens to weak radicals, a strong one is in every part."""
    for place in range(len(verb.root)):
        root = verb.root[:place] + strong + verb.root[place + 1 :]
        for word in (*derive(verb._replace(root=root)), *verbal_nouns(verb._replace(root=root))):
            assert strong in word
