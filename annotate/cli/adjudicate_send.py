"""adjudicate send: put what annotators saw differently to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import click

from annotate.cli.adjudicating import Case, Docket, article_of, cases
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


@click.command(
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
                        [article_of(ledger, key) for key in keys],
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
