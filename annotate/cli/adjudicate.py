"""adjudicate: what annotators saw differently becomes gold."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from annotate.agreement.merging import Need, by_vote
from annotate.annotation_files import write_annotations
from annotate.cli.adjudicated import collected_by, print_report
from annotate.cli.adjudicating import Case, Docket, cases
from annotate.cli.connect import connect, open_ledger, server_key
from annotate.cli.output import (
    dry_run_option,
    examples,
    json_option,
    next_step,
    print_json,
    progress,
    project_option,
    say,
    settings_for,
)
from annotate.cli.push import target_of
from annotate.corpus.article import Article
from annotate.errors import WorkspaceError
from annotate.labeling import adjudication
from annotate.labeling.adjudication import TextKey
from annotate.labeling.client import Client
from annotate.labeling.entry import shown_name
from annotate.labeling.ledger import Ledger
from annotate.labeling.push import push
from annotate.labeling.pushed import Pushed
from annotate.labeling.sampling import Plan, placement
from annotate.ontology import load_ontology
from annotate.settings import Settings


@click.group()
def adjudicate() -> None:
    """Settle what annotators saw differently: send it, collect gold; or settle it by vote."""


@adjudicate.command(
    epilog=examples(
        "annotate adjudicate send --dry-run",
        "annotate adjudicate send --limit 20",
        "annotate adjudicate send --all",
    )
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Send at most so many new articles."
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Send also articles outside of test of which all readings agree.",
)
@click.option("--names", is_flag=True, help="Show in the new tasks who said what.")
@dry_run_option
@json_option
@project_option
@click.pass_context
def send(
    context: click.Context,
    project: str | None,
    limit: int | None,
    everything: bool,
    names: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send articles that at least two people finished to a project for adjudication.

    Test articles come first. What all agree on is filled in; of what they do not, every reading is
    there, marked. One in ten of the agreed spans is marked, too, to see how often people agree on
    what is wrong. What is there already is not sent again; where a reading changed since, open
    tasks show it. Reads the last pull.
    """
    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    server, campaign = server_key(settings), settings.project.title
    with (
        connect(settings) as client,
        nullcontext() if dry_run else settings.workspace.lock("push"),
        open_ledger(settings) as ledger,
    ):
        found = list(cases(settings, ledger, ontology))
        docket = Docket(
            ontology,
            settings.sampling.seed,
            {case.key: case for case in found},
            shown_name if names else None,
        )
        there = {TextKey(*task.key[:2]) for task in adjudication.tasks(ledger, server, campaign)}
        new = _new(found, docket, there, everything)
        waiting = len({case.key.doc_id for case in found if not case.is_full})
        chosen = new if limit is None else new[:limit]
        done: list[Pushed] = []
        anew = 0
        if chosen or there:
            anew = _refresh(settings, docket, there, chosen, client, ledger, dry_run=dry_run)
            done = _send(settings, docket, there, chosen, client, ledger, dry_run=dry_run)
        urls = [
            client.project_url(p) for p in dict.fromkeys(i for d in done for i in d.project_ids)
        ]
    keys = [case.key for case in chosen]
    result: dict[str, Any] = {
        "articles": len(chosen),
        "test": sum(case.split == "test" for case in chosen),
        "tasks": sum(one.tasks for one in done),
        "there": len(there),
        "left": len(new) - len(chosen),
        "waiting": waiting,
        "disputes": sum(docket.merged(key).disputes for key in keys),
        "audited": sum(q.kind == "audit" for key in keys for q in docket.merged(key).questions),
        "updated": anew,
        "simulated": sum(case.simulated for case in chosen),
        "projects": urls,
    }
    if as_json:
        print_json(result)
        return
    _say_sent(result, dry_run=dry_run)
    for url in urls:
        click.echo(url)
    if chosen and not dry_run:
        next_step("settle them in the browser, then: annotate adjudicate collect")


def _new(
    found: Sequence[Case], docket: Docket, there: set[TextKey], everything: bool
) -> list[Case]:
    """What is not sent yet, tests first; of an article its last text that two finished."""
    latest: dict[str, Case] = {}
    for case in found:
        if case.is_full:
            latest.setdefault(case.key.doc_id, case)
    chosen = [
        case
        for case in latest.values()
        if case.key not in there
        if case.split == "test" or everything or docket.merged(case.key).disputes
    ]
    plan = Plan()
    return sorted(
        chosen, key=lambda case: (case.split != "test", placement(plan, case.key.doc_id).rank)
    )


def _refresh(
    settings: Settings,
    docket: Docket,
    there: set[TextKey],
    chosen: Sequence[Case],
    client: Client,
    ledger: Ledger,
    *,
    dry_run: bool,
) -> int:
    """Open tasks of readings that changed say what they are now; the ledger knows what is asked."""
    server, campaign = server_key(settings), settings.project.title
    before = {
        key: list(versions.values())[-1]
        for key, versions in adjudication.asked_of(ledger, server, campaign).items()
        if key in there
    }
    settled = adjudication.collected(ledger, server, campaign).keys()
    open_keys = [*(key for key in before if key not in settled), *(case.key for case in chosen)]
    now = {key: docket.digest(key) for key in sorted({*open_keys, *there})}
    version = adjudication.version_of(before, now, settled)
    changed = {k for k, asked in before.items() if k not in settled and now[k] != asked.digest}
    docket.version = version
    if dry_run:
        return 0
    done = 0
    for place in adjudication.projects(ledger, server, campaign) if changed else ():
        done += adjudication.show_anew(place, changed, docket, client, ledger, docket.ontology)
    adjudication.keep_asked(ledger, server, campaign, [docket.asked(key, version) for key in now])
    return done


def _send(
    settings: Settings,
    docket: Docket,
    there: set[TextKey],
    chosen: Sequence[Case],
    client: Client,
    ledger: Ledger,
    *,
    dry_run: bool,
) -> list[Pushed]:
    """Tests first, in a push of their own: within one, the order is random."""
    target = adjudication.target_of(target_of(settings), docket)
    tests = [case.key for case in chosen if case.split == "test"]
    others = [case.key for case in chosen if case.split != "test"]
    done: list[Pushed] = []
    with progress("sending", len(there) + len(chosen)) as advance:
        for keys in ([*sorted(there), *tests], others):
            if keys or not done:
                done.append(
                    push(
                        [_article(ledger, key) for key in keys],
                        docket.preannotate,
                        docket.version,
                        target=target,
                        client=client,
                        ledger=ledger,
                        ontology=docket.ontology,
                        dry_run=dry_run,
                        on_progress=advance,
                    )
                )
    return done


def _article(ledger: Ledger, key: TextKey) -> Article:
    article = ledger.article(*key)
    if article is None:
        raise WorkspaceError(
            f"the ledger lacks the text of article {key.doc_id}", fix="run: annotate push"
        )
    return article


def _say_sent(result: dict[str, Any], *, dry_run: bool) -> None:
    verb = "would be sent" if dry_run else "sent"
    say(
        f"{result['articles']} articles {verb} ({result['test']} of them test), "
        f"{result['tasks']} tasks; {result['there']} articles are there already"
    )
    if result["articles"]:
        say(f"{result['disputes']} disputes; {result['audited']} agreed spans are up for audit")
    if result["simulated"]:
        say(f"{result['simulated']} articles were read by simulated annotators only")
    if result["updated"]:
        say(f"{result['updated']} open tasks show readings that changed since")
    if result["left"]:
        say(f"{result['left']} more articles can be sent")
    if result["waiting"]:
        say(f"{result['waiting']} articles wait: two annotators have not looked for every label")


@adjudicate.command(
    epilog=examples("annotate adjudicate collect", "annotate adjudicate collect --json")
)
@json_option
@project_option
@click.pass_context
def collect(context: click.Context, project: str | None, as_json: bool) -> None:
    """Fetch what was adjudicated; what is settled is gold from now on.

    An article is refused while two readings of one place are left of which neither is marked as to
    be kept: it is named, with a link to its task, and the exit code is 1. The others are collected.
    """
    settings = settings_for(context, project)
    report = collected_by(settings, load_ontology(settings.ontology.path))
    if as_json:
        print_json(report.to_json())
    else:
        print_report(report)
    if report.refused:
        context.exit(1)
    next_step("annotate export")


@adjudicate.command(
    epilog=examples(
        "annotate adjudicate auto majority --out auto.jsonl",
        "annotate adjudicate auto majority --k 2 --out auto.jsonl",
        "annotate export --annotations auto.jsonl --status auto",
    )
)
@click.argument("rule", type=click.Choice(["majority", "union", "intersection"]))
@click.option("--k", type=click.IntRange(min=1), help="With majority: at least so many annotators.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Annotation file to write (.jsonl or .parquet).",
)
@json_option
@project_option
@click.pass_context
def auto(
    context: click.Context,
    project: str | None,
    rule: Literal["majority", "union", "intersection"],
    k: int | None,
    out: Path,
    as_json: bool,
) -> None:
    """Settle doubly annotated articles by vote, without an adjudicator and without a server.

    majority takes what more than half of those say who looked for a label, union what anybody says,
    intersection what all say. It is no gold: export it with --status auto. Test articles are left
    out.
    """
    if k is not None and rule != "majority":
        raise click.UsageError("--k goes with majority.")
    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    need = _need(rule, k)
    with open_ledger(settings) as ledger:
        latest: dict[str, Case] = {}
        for case in cases(settings, ledger, ontology):
            if case.is_full:
                latest.setdefault(case.key.doc_id, case)
        taken = [case for case in latest.values() if case.split != "test"]
        made = [
            replace(
                by_vote(case.readings, ontology, need),
                doc_id=case.key.doc_id,
                text=_article(ledger, case.key).text,
                annotator=f"auto-{rule}",
            )
            for case in taken
        ]
    write_annotations(out, made)
    if as_json:
        print_json({"articles": len(made), "test": len(latest) - len(made), "path": str(out)})
    else:
        say(f"{len(made)} articles settled by {rule} in {out}")
        if len(latest) > len(made):
            say(f"{len(latest) - len(made)} test articles are left out: test takes gold only")
    next_step(f"annotate export --annotations {out} --status auto")


def _need(rule: str, k: int | None) -> Need:
    def need(asked: int) -> int:
        if rule == "union":
            return 1
        if rule == "intersection":
            return asked
        return asked // 2 + 1 if k is None else k

    return need
