"""The look of the labeling interface: one style sheet, for a laptop screen and Arabic text.

Label Studio puts it into the page as it is, so that it reaches the editor's own parts too. It reads
it as XML text: no `<`, `>` or `&` may stand in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from annotate.ontology import Ontology

# Faces made for reading Arabic; the first one that the computer has is taken.
FACES = (
    "Noto Naskh Arabic",  # Linux, Android
    "Noto Naskh Arabic Regular",
    "Sakkal Majalla",  # Windows
    "Geeza Pro",  # macOS
    "Amiri",
    "Amiri Regular",
    "Noto Sans Arabic",
    "Traditional Arabic",
)

# A selection that began or ended outside the text would make the editor look for words for ever:
# only the text can be selected. The handles that resize a span are hidden by the browser's own
# style of `area`. A Naskh face claims 1.7 times its size: marks would fill the lines and leave no
# room for arrows.
_STYLE = """
@font-face { font-family: "annotate-naskh"; src: LOCAL;
  ascent-override: 88%; descent-override: 42%; line-gap-override: 0%; }
.ar-doc { position: relative; z-index: 2; padding: 14px 4px 60px; }
.ar-doc [class*="htx-richtext"] { direction: rtl; text-align: right; font-size: 20px;
  line-height: 2.2; color: var(--color-neutral-content, #1f1f1f); }
.ar-doc [class*="htx-richtext"], .ar-doc [class*="htx-richtext"] span {
  font-family: "annotate-naskh", FACES !important; }
.ar-doc [class*="richtext__line"] { unicode-bidi: plaintext; }
.ar-doc .htx-highlight { border-radius: 3px; }
.ar-doc .htx-highlight::after { unicode-bidi: isolate; direction: ltr;
  font-size: 9px !important; letter-spacing: 0; padding: 0 2px !important;
  font-family: Arial, sans-serif !important; }
.ar-doc .htx-highlight area { display: inline-block; }
.ar-doc .htx-highlight.__active { outline: 2px solid #000; outline-offset: 1px; }
body:has(.ar-doc) { user-select: none; }
.ar-doc [class*="htx-richtext"], body:has(.ar-doc) input, body:has(.ar-doc) textarea {
  user-select: text; }
.ar-panel { position: sticky; top: 0; z-index: 10; direction: rtl; text-align: right;
  background: var(--color-neutral-background, #fff); padding: 2px 0 3px;
  border-bottom: 1px solid var(--color-neutral-border, #ddd); }
.ar-panel .ant-collapse { display: flex; flex-wrap: wrap; background: none; border: 0;
  direction: rtl; }
.ar-panel .ant-collapse-item { display: contents; }
.ar-panel .ant-collapse-header { order: 0; padding: 1px 10px 1px 14px !important;
  font-size: 12px; line-height: 20px !important; direction: rtl;
  color: var(--color-neutral-content, #1f1f1f) !important; }
.ar-panel .ant-collapse-content { order: 1; flex: 0 0 100%; border: 0; background: none; }
.ar-panel .ant-collapse-content-box { padding: 0 !important; }
.ar-panel [class*="lsf-labels"] { margin: 1px 0; padding: 0; gap: 2px 3px; display: flex;
  flex-wrap: wrap; direction: rtl; }
.ar-panel .lsf-label { margin: 0; padding: 0 6px; font-size: 12px; line-height: 21px;
  height: 22px; border-left: 0; border-right: 4px solid var(--color); direction: rtl; }
.ar-panel .lsf-label__hotkey { display: none; }
.ar-code { direction: ltr; unicode-bidi: isolate; font-size: 10px; margin: 0 3px;
  font-weight: 600; font-family: Arial, sans-serif; }
.ar-key { direction: ltr; unicode-bidi: isolate; font-size: 10px; font-family: Arial, sans-serif;
  border: 1px solid currentColor; border-radius: 3px; padding: 0 3px; opacity: 0.75; }
.ar-about { position: absolute; left: 6px; top: 3px; max-width: 56%; overflow: hidden;
  white-space: nowrap; text-overflow: ellipsis; }
.ar-about * { unicode-bidi: plaintext; font-size: 12px !important;
  line-height: 18px !important; margin: 0 !important; font-weight: 400 !important;
  color: var(--color-neutral-content-subtle, #555); }
.ar-guide { max-height: 56vh; overflow: auto; direction: rtl; padding: 4px 10px;
  font-size: 14px; line-height: 1.7; border: 1px solid var(--color-neutral-border, #ddd); }
.ar-guide h3, .ar-guide summary { font-size: 15px; font-weight: 700; margin: 8px 0 2px;
  cursor: pointer; }
.ar-guide td { padding: 1px 6px; vertical-align: top; }
.ar-guide tr { border-bottom: 1px solid var(--color-neutral-border, #ddd); }
.ar-guide li { margin: 0 18px; list-style: disc; }
.ar-readings { max-height: 21vh; overflow: auto; direction: rtl; padding: 2px 10px;
  font-size: 13px; line-height: 1.75; border: 1px solid var(--color-neutral-border, #ddd); }
.ar-readings ol { margin: 0; padding: 0 24px 0 0; list-style: decimal; }
.ar-readings b { font-size: 15px; font-family: "annotate-naskh", FACES; font-weight: 700; }
.ar-panel:has(.ar-readings) .ar-about { max-width: 34%; }
.ar-readings li { font-size: 14px; line-height: 26px; }
.ar-context { color: var(--color-neutral-content-subtle, #666); font-size: 13px; }
.ar-option { margin: 0 4px; padding: 0 6px; border-radius: 3px; white-space: nowrap;
  font-size: 14px; line-height: 20px;
  border: 1px solid var(--color-neutral-border, #bbb); }
.ar-readings li span:not(.ar-code):not(.ar-context) { font-size: 14px; }
.ar-option small { color: var(--color-neutral-content-subtle, #666); white-space: normal; }
.ar-task, .ar-attr { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 14px;
  direction: rtl; text-align: right; }
.ar-attr { position: sticky; bottom: -10px; z-index: 9; padding: 3px 8px;
  background: var(--color-neutral-surface, #f5f5f5);
  border-top: 1px solid var(--color-neutral-border, #bbb); }
.ar-event { display: flex; align-items: center; gap: 2px 8px; }
.ar-attr { gap: 2px 8px; }
.ar-attr .ant-radio-wrapper, .ar-attr .ant-checkbox-wrapper { margin: 0; }
.ar-attr .ant-radio + span, .ar-attr .ant-checkbox + span { padding: 0 4px; }
.ar-attr [class*="typography"], .ar-task [class*="typography"] { font-size: 12px !important;
  line-height: 20px !important; margin: 0 !important; font-weight: 600 !important; }
.ar-attr .lsf-choices, .ar-task .lsf-choices { margin: 0; display: flex; flex-wrap: wrap;
  gap: 0 10px; direction: rtl; }
.ar-attr .lsf-choices_hidden { display: none; }
.ar-attr .lsf-choice, .ar-task .lsf-choice { margin: 0; font-size: 13px; }
.ar-attr .lsf-choice [class*="hint"], .ar-task .lsf-choice [class*="hint"] { display: none; }
.ar-attr .lsf-text-area, .ar-task .lsf-text-area { flex: 1 1 120px; direction: rtl;
  margin: 0 !important; }
.ar-attr .ant-form-item, .ar-task .ant-form-item { margin: 0 !important; }
.ar-task .ant-form-item-control-input-content { display: flex; gap: 6px; }
.ar-task [data-testid="textarea-submit-section"] { width: auto; margin: 0; }
.ar-task [data-testid="textarea-counts"] { display: none; }
.ar-attr input.ant-input, .ar-task input.ant-input { height: 26px; padding: 0 8px;
  font-size: 13px; direction: rtl; }
.ar-event .lsf-choices:not(:has(:checked)) .ar-default { font-weight: 700;
  text-decoration: underline; }
.relations-overlay { z-index: 1 !important; }
.relations-overlay path { stroke-width: 1.4px; transform: translateY(3px); }
.relations-overlay text { font-size: 9px !important; font-weight: 600; fill: #7a2200 !important;
  transform: translateY(4px); }
.relations-overlay g g rect { fill: #fff; fill-opacity: 0.85; stroke: none; y: -2px;
  height: 12px; }
.lsf-relations__section-content .lsf-relations { display: flex; flex-direction: column-reverse; }
[data-color-scheme="dark"] .relations-overlay text { fill: #ffb38a !important; }
[data-color-scheme="dark"] .relations-overlay g g rect { fill: #222; }
"""


def style(ontology: Ontology) -> str:
    """The style sheet: of the page, and what tells the labels of an ontology apart in the text."""
    faces = ", ".join(f'"{face}"' for face in FACES)
    local = ", ".join(f'local("{face}")' for face in FACES)
    fixed = _STYLE.replace("FACES", f"{faces}, serif").replace("LOCAL", local)
    rules = [*_label_rules(ontology), *_role_rules(ontology)]
    return fixed + "".join(f"{rule}\n" for rule in rules)


def _label_rules(ontology: Ontology) -> Iterator[str]:
    """Beside a span stands its code without the region's number; an event is also underlined.

    Codes and colours are letters, digits and `#`: the ontology lets nothing else in.
    """
    for layer, labels in (("entity", ontology.entities), ("event", ontology.events)):
        for label in labels:
            region = f'.ar-doc .htx-highlight[data-label$=":{label.code}"]'
            yield f'{region}::after {{ content: "{label.code}" !important; }}'
            if layer == "event":
                yield f"{region} {{ box-shadow: inset 0 -3px 0 {label.color}; }}"


def _role_rules(ontology: Ontology) -> Iterator[str]:
    """In the list of roles, the editor writes dark on the full colour and knows no caption."""
    for role in ontology.roles:
        option = f'[data-testid="select-option-{role.code}"]'
        yield (
            f"{option} {{ background: none !important; border-left: 6px solid {role.color};"
            " padding: 0 2px !important; font-size: 13px; white-space: nowrap; }\n"
            f'{option} [class*="checkbox--"]::after {{ content: "{_escaped(role.ar)}";'
            " margin-left: 10px; }"
        )


def _escaped(text: str) -> str:
    """Any text as the inside of a CSS string: every character by its number."""
    return "".join(f"\\{ord(character):06x}" for character in text)
