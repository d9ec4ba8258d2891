"""What a push did, in words and as a JSON value."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from annotate.cli.output import say
from annotate.labeling.projects import Target
from annotate.labeling.pushed import Pushed

MOST_NAMED = 5  # of what is listed


def say_pushed(done: Pushed, *, dry_run: bool = False) -> None:
    """What a push did, in words."""
    verb = "would be created" if dry_run else "created"
    recovered = f" ({len(done.recovered)} found on the server again)" if done.recovered else ""
    say(
        f"articles: {len(done.created)} new, {len(done.known)} there already{recovered}; "
        f"tasks: {done.tasks} {verb}"
    )
    for (split, overlap, is_blank), (articles, tasks) in done.planned.items():
        who = "one annotator" if overlap == 1 else f"{overlap} annotators"
        how = "blank" if is_blank else "pre-labelled"
        say(f"  {split}, {how}, for {who}: {articles} articles, {tasks} tasks")
    if done.upgraded:
        got = "would get" if dry_run else "got"
        say(f"{done.upgraded} open tasks {got} pre-annotations of this version of the heuristics")
    if done.finished:
        say(f"{done.finished} finished tasks keep their pre-annotations of an older version")
    if done.gone:
        say(f"{done.gone} tasks were deleted on the server; articles given now are sent again")


def say_older(older: list[dict[str, object]]) -> None:
    """Names the tasks of texts that have changed."""
    if not older:
        return
    doc_ids = {task["doc_id"] for task in older}
    say(
        f"{len(doc_ids)} articles have another clean text than when they were pushed; the new text "
        f"becomes new tasks, and these {len(older)} tasks of the old text stay as they are:"
    )
    for task in older[:MOST_NAMED]:
        count = task["annotations"]
        say(f"  {task['url']}  " + (f"{count} annotations" if count else "nobody annotated it"))
    if len(older) > MOST_NAMED:
        annotated = sum(bool(task["annotations"]) for task in older)
        say(f"  … in all {annotated} of them are annotated (--json names every one)")


def as_value(
    done: Pushed,
    target: Target,
    urls: list[str],
    older: list[dict[str, object]],
    doubled: list[str],
    dropped: Counter[str],
) -> dict[str, object]:
    """All that a push did, for --json."""
    counts = asdict(done)
    for name in ("project_ids", "planned", "older", "doubled"):
        del counts[name]
    return {
        "campaign": target.title,
        "layers": target.layers,
        "blind": target.annotators is not None,
        "projects": urls,
        "plan": target.plan.model_dump(),
        **counts,
        "planned": [
            {
                "split": split,
                "overlap": overlap,
                "blank": is_blank,
                "articles": articles,
                "tasks": tasks,
            }
            for (split, overlap, is_blank), (articles, tasks) in done.planned.items()
        ],
        "older": older,
        "doubled": doubled,
        "second_pass": {"articles": dropped["articles"], "dropped_roles": dropped["roles"]},
    }
