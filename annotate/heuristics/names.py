"""Names of people: where one begins, and how far it goes."""

from __future__ import annotations

from annotate.heuristics.document import Document
from annotate.heuristics.name_parts import (
    GIVEN,
    NO_PART,
    ambiguous,
    compound,
    given,
    leader_end,
    namelike,
    sure_surname,
    surname,
)
from annotate.heuristics.word import WordInfo

_LONGEST = 10  # words of a name
_FOREIGN = ("people.foreign",)
# First parts of names in الله.
_OF_GOD = frozenset(
    (
        *("عبد", "عبيد", "نصر", "سعد", "ضيف", "فضل", "عطا", "عطاء", "جاد", "خير", "رزق", "فتح"),
        *("حرز", "هبه", "شكر", "عون", "فرج", "مال", "حسب", "ايه", "روح", "نعمه", "جار", "وعد"),
        *("سيف", "خلف", "لطف", "فيض", "منه", "امان", "نور", "حمدا", "عنايه", "عبدال"),
    )
)
_UNCOUNTED = frozenset({"numbers.not_counted"})  # علي, written like على
_ARABIC = ("بن", "ابن", "بنت", "عبد", "ابو", "ابي", "ام", "ال")  # parts of Arabic names only
# An unknown word after an Arabic name that begins or ends so is rather a verb or has a clitic.
_VERBAL_OPENINGS = ("و", "ف", "ب", "ل", "ك", "س", "ي", "ت", "ن")
# ب + a word in و, and no name of the Maghreb in بو.
_WITH_BA = frozenset(
    ("بوضوح", "بوجود", "بوصفه", "بوصفها", "بوقف", "بوساطه", "بواسطه", "بوقوع", "بوصول", "بوفاه")
)
_RULERS = frozenset(("الملك", "السلطان", "الامير", "الشيخ", "البابا", "الامام", "الرييس"))
_KUNYAS = frozenset(("ابو", "ابي", "ابا", "ام"))
_TOWNS = ("gazetteer.cities", "places.GPE", "places.ambiguous")
_AFTER_NAME = frozenset(("،", ",", ")", "(", ":"))
_POSTS = ("titles.offices", "titles.bare offices", "titles.definite")
# Numbers of rulers: الملك محمد السادس, عبد الله الثاني.
_ORDINALS = frozenset(
    (
        *("الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن"),
        *("التاسع", "العاشر"),
    )
)
# Words after which somebody is named: بينهم سامي الجميل, شاب يدعى كريم ناصر.
_NAMING = frozenset(
    (
        *("بينهم", "ابرزهم", "منهم", "وهم", "هم", "وهو", "يدعي", "تدعي", "اسمه", "اسمها"),
        *("المدعو", "المدعوه", "زوجته", "زوجها", "نجله", "شقيقه", "شقيقته", "والده", "والدته"),
        *("ابنه", "ابنته", "ابنها", "ابنتها", "عمه", "خاله", "نجلها", "شقيقها"),
    )
)
_ENDINGS = ("ه", "ات", "ين", "ون", "وا", "ا", "هم", "ها")


def name_end(document: Document, start: int, *, evidence: bool) -> int:
    """Word after the name of a person that begins at a word; `start` if none does.

    `evidence`: a title before the word, or the like, says that a name comes; otherwise it must
    begin with a known given name and have a second part.
    """
    if document.info[start].kind == "latin":
        return _latin(document, start) if evidence else start
    name = _Name(document, start, evidence)
    while name.index < start + _LONGEST and name.step():
        pass
    return name.checked()


class _Name:
    """A name as far as it has been read."""

    def __init__(self, document: Document, start: int, evidence: bool) -> None:
        self._document = document
        self._start = self.index = start
        self._evidence = evidence
        self._unknown = 0
        self._sure = 0  # parts after the first that are names without doubt
        self._opening = first = document.info[start]
        # A foreign name goes on over unknown words; an Arabic one hardly does.
        self._foreign = any(tag in first.hits for tag in _FOREIGN) or (
            evidence and not given(first, bare=False) and not first.definite
        )

    def step(self) -> bool:
        """Takes the next part of the name; False where it ends."""
        document, index = self._document, self.index
        word = document.info[index]
        first = index == self._start
        if not first and self._hyphenated():
            return True
        if word.kind != "word" or document.sentence[index] != document.sentence[self._start]:
            return False
        if not first and word.conjunction and not given(word):
            return False
        if compound(document, index):
            if not first and word.hits["people.compound_heads"].preposition:
                return False  # قال فلان لعبد الفتاح
            self.index += 2
            self._sure += 1
            self._foreign = self._foreign and word.hits["people.compound_heads"].stem not in _ARABIC
            return True
        leader = 0 if first else leader_end(document, index)
        if leader > index:  # أحمد قايد صالح
            self.index = leader
            self._sure += 1
            return False
        if word.form == "الله" and (first or document.info[index - 1].form not in _OF_GOD):
            return False  # بحمد الله
        if not first and any(reading.preposition for _, _, reading in document.phrases(index)):
            return False  # لأديس أبابا
        if word.definite and not (first and given(word, bare=False)):
            return self._definite(word, first)
        if given(word, bare=not first) and not (word.has("people.leaders") and not first):
            if not first and any(tag.startswith(NO_PART) for tag in word.tags - _UNCOUNTED):
                after = document.info[index + 1].form
                if not (self._evidence and after in _AFTER_NAME and len(word.form) > 3):
                    return False  # الدكتور نزار مدني، but not محمد رئيس
            self._sure += not first and not ambiguous(word)
        elif word.has("people.leaders") or (word.has("people.links") and not first):
            self._sure += 1
        elif self._guess(word, first) or self._of_town(word):
            self._unknown += 1
        else:
            return False
        self.index += 1
        return True

    def _hyphenated(self) -> bool:
        """Takes a part that a hyphen joins: جان-لوك, جونغ-أون."""
        document, index = self._document, self.index
        word, part = document.info[index], document.info[index + 1]
        if word.form not in ("-", "–") or part.kind != "word" or part.function or part.definite:
            return False
        if not (document.glued(index) and document.glued(index + 1)):
            return False
        self.index += 2
        self._sure += 1
        self._foreign = True
        return True

    def _definite(self, word: WordInfo, first: bool) -> bool:
        """Takes a surname, which ends the name, unless بن or the like follows."""
        document = self._document
        parts = self.index - self._start
        opening = self._opening
        taken = surname(word)
        if word.form in _ORDINALS and not first and self._numbered():
            self.index += 1
            return document.info[self.index].has("people.links")
        if self._titled(word, parts):
            taken = True
        if first:
            taken = taken and self._evidence
        elif self._foreign:
            listed = word.has("names.surnames", "people.leaders")
            # An unknown Arabic name with its surname: الأستاذ مناور الشريطي.
            arabic = self._evidence and parts == 1 and not any(tag in opening.hits for tag in GIVEN)
            taken = taken and (listed or (arabic and sure_surname(word)))
        elif ambiguous(opening) and not self._evidence:
            taken = sure_surname(word) or (taken and self._sure > 0)
        if (
            not taken
            and self._evidence
            and not first
            and not self._foreign
            and (word.form.endswith("ي") or any(tag in word.tags for tag in _TOWNS))
            and not word.conjunction
            and not word.preposition
            and not any(tag.startswith(("titles.", "time.", "organisations.")) for tag in word.tags)
        ):
            # عبدالله الحربي, عبدالله السند; but استرد الملك عبدالعزيز الاحساء
            taken = given(document.info[self.index - 1]) and not word.function
            if not word.form.endswith("ي") and document.info[self._start - 1].form == "الملك":
                taken = False
        if word.has("nations.adjective") and not first:
            # حسن المصري is a name; in ليونيل ميسي الأرجنتيني the name has ended.
            kunya = parts == 2 and compound(document, self._start)
            taken = kunya or (parts == 1 and given(opening, bare=False) and not self._foreign)
        if not taken and parts == 2 and opening.form in _KUNYAS:
            # أبو هاشم الشرفي: no adjective qualifies such a name.
            taken = word.form.endswith("ي") and not (word.conjunction or word.preposition)
        if taken:
            self.index += 1
            self._sure += sure_surname(word)
            following = document.info[self.index]
            return following.has("people.links") or (
                sure_surname(following) and not following.has("nations.adjective")
            )
        return False

    def _of_town(self, word: WordInfo) -> bool:
        """Whether a town's name is a surname after a title and one given name: حسن قريطم."""
        if not self._evidence or self._foreign or self.index != self._start + 1:
            return False
        if word.conjunction or word.preposition or "places.GPE" not in word.tags:
            return False
        title = self._document.info[self._start - 1]
        return given(self._opening) and title.form not in _RULERS

    def _titled(self, word: WordInfo, parts: int) -> bool:
        """Whether a common noun is a surname after a title and one given name: بدرية البشر."""
        if not self._evidence or parts != 1 or "not_surnames" not in word.classes:
            return False
        if word.conjunction or word.preposition or word.form.endswith(("ه", "ي", "ات")):
            return False
        title = self._document.info[self._start - 1]
        return given(self._opening) and not self._foreign and title.form not in _RULERS

    def _numbered(self) -> bool:
        """Whether what was read may be a ruler's name, which a number follows."""
        last = self._document.info[self.index - 1]
        if self._document.info[self.index + 1].form == "من":
            return False  # الأول من أمس
        return last.form == "الله" or (self._evidence and (self._foreign or given(last)))

    def _guess(self, word: WordInfo, first: bool) -> bool:
        """Whether a word of no lexicon is taken as part of the name."""
        if not namelike(word):
            return False
        if self._owned(word) and (word.form.startswith(("ل", "ب")) or self._sure):
            return False  # بجدارته; بنيامين نتنياهو تمسكه
        if first and word.form.endswith("ا") and len(word.form) < 6:
            return False  # ذخرا, حفظا: an accusative rather than a name
        if self._foreign:
            return self._unknown < 2 + first and (self._evidence or not first)
        if first or self._unknown:
            return False
        following = self._document.info[self.index + 1]
        if following.form in _AFTER_NAME:
            return True  # محمد ساندو، : a verb would go on
        if self._evidence and following.has("words.verbs") and word.form[0] in "بكل":
            return True  # الرئيس محمد بخاري أقال
        if self._evidence and word.form.startswith("بو") and word.form not in _WITH_BA:
            return len(word.form) > 4  # الصحفي محمد بوغلاب
        clitic = word.form[0] in "لك" or (word.form[0] == "ب" and word.form.endswith("ي"))
        if clitic and self._evidence and 3 < len(word.form) < 7 and not ambiguous(self._opening):
            return not word.form.endswith(_ENDINGS)  # فوزي لقجع, عبد الله بترجي
        return not word.form.startswith(_VERBAL_OPENINGS) and not word.form.endswith(_ENDINGS)

    def _owned(self, word: WordInfo) -> bool:
        """Whether a word ends in a pronoun (بجدارته); what is ه in search form may be ة."""
        last = self._document.text[self._document.ends[self.index] - 1]
        return word.form.endswith(("نا", "هم", "ها")) or (len(word.form) > 4 and last == "ه")

    def checked(self) -> int:
        """The end, if what was found is enough for a name."""
        info, start, end = self._document.info, self._start, self.index
        while (
            end > start + 1
            and info[end - 1].has("people.links")
            and info[end - 1].form
            not in (
                "الدين",
                "الله",
            )
        ):
            end -= 1
        if self._evidence:
            return end
        enough = end > start + 1 and (
            given(info[start], bare=False) or compound(self._document, start)
        )
        if ambiguous(info[start]) and not self._sure:
            enough = enough and self._announced()
        if info[start].has("words.verbs") and info[start + 1].definite:
            enough = False  # واصل الثلاثي
        return end if enough else start

    def _announced(self) -> bool:
        """Whether what stands around two words that may be a name says that they are one."""
        info, start, end = self._document.info, self._start, self.index
        before = info[start - 1].form if start else ""
        after = end + (info[end].form in ("،", ","))
        posted = info[after].has(*_POSTS) and not info[after].conjunction
        if before in _NAMING and not self._unknown:
            return True
        if self._unknown or after > end:
            # سمير جعجع رئيس حزب ...: a post after both words.
            return posted and (self._unknown == 1 or given(info[end - 1]))
        return posted or (start > 0 and "speech" in info[start - 1].keys)


def _latin(document: Document, start: int) -> int:
    """Word after a run of capitalised Latin words."""
    end = start
    while (
        end < start + 4
        and document.info[end].kind == "latin"
        and document.info[end].form[:1].isupper()
        and document.sentence[end] == document.sentence[start]
    ):
        end += 1
    return end
