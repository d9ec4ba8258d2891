"""What the headline means, in words; and where nothing may be said.

The bounds are Krippendorff's for alpha (Content Analysis, 2004, chapter 11): from 0.8 on data can
be relied on, from 0.667 on for tentative conclusions. They are taken for the F1 of spans, because
chance hardly ever puts two people's spans onto the same words: with ever more words that neither
marks, F1 and kappa become the same (Hripcsak and Rothschild 2005, Journal of the American Medical
Informatics Association 12, 296-298). It is the interval that has to keep the bounds.
"""

from __future__ import annotations

from annotate.agreement.resampling import Estimate

RELIABLE = 0.8
TENTATIVE = 0.667


def verdict(
    headline: Estimate, basis: str, *, has_simulated: bool = False
) -> tuple[str | None, str | None]:
    """The verdict, and why there is none: one of the two is None.

    Args:
        headline: the F1 of spans.
        basis: what it is measured on: blank, prelabelled or mixed.
        has_simulated: whether some annotators are no people.
    """
    reason = headline.no_verdict
    low, high = headline.low, headline.high
    if reason is None and has_simulated:
        reason = "simulated annotators say nothing about people"
    if reason is not None or low is None or high is None:
        return None, reason or headline.reason
    if basis != "blank":
        if high < TENTATIVE:
            return "not reliable, though pre-labels help people to agree", None
        what = "it is an upper bound, for pre-labels help people to agree"
        return None, f"{what}: let some articles be annotated blank"
    if low >= RELIABLE:
        return "reliable", None
    if low >= TENTATIVE:
        return "good enough for tentative conclusions", None
    if high < TENTATIVE:
        return "not reliable yet: settle the disagreements below, and sharpen the guidelines", None
    return "open: it takes more articles to tell", None
