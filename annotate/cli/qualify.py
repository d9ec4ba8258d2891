"""annotators qualify: newcomers work on articles with hidden gold, and are measured by it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from annotate.annotation_files import read_annotations
from annotate.cli.connect import connect, server_key
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
from annotate.cli.pulled import entries_of, finished_work
from annotate.cli.qualified import PASS, as_value, print_results, qualified, write_page
from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError, SpanError, WorkspaceError
from annotate.labeling import qualification
from annotate.labeling.ledger import Ledger
from annotate.labeling.logins import addresses
from annotate.labeling.projects import Target
from annotate.labeling.push import push
from annotate.ontology import Ontology, load_ontology
from annotate.settings import Settings
from annotate.spans import Annotation, problems


@click.command(
    epilog=examples(
        "annotate annotators qualify salma@example.org --gold gold.jsonl --articles 5",
        "annotate annotators qualify salma@example.org --from anna@example.org",
        "annotate annotators qualify salma@example.org --report --html salma.html",
    )
)
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL...")
@click.option(
    "--gold",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Annotation file to measure by; its texts come with it or from corpus.sources.",
)
@click.option(
    "--from", "expert", metavar="EMAIL", help="Measure by this annotator's finished work instead."
)
@click.option(
    "--articles",
    "number",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="How many articles, drawn by chance, the same for everybody.",
)
@click.option("--report", is_flag=True, help="Measure what was done; sends nothing.")
@click.option(
    "--pass",
    "mark",
    type=click.FloatRange(0, 1),
    default=PASS,
    show_default=True,
    help="F1 (strict) that entities and triggers must reach each; with --report.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw the differences as a page for one newcomer; with --report.",
)
@dry_run_option
@json_option
@project_option
@click.pass_context
def qualify(
    context: click.Context,
    emails: tuple[str, ...],
    gold: Path | None,
    expert: str | None,
    number: int,
    report: bool,
    mark: float,
    html: Path | None,
    dry_run: bool,
    as_json: bool,
    project: str | None,
) -> None:
    """Let newcomers annotate articles whose gold they do not see; measure them by it.

    Each gets a project of their own with blank tasks; the gold stays here, and nothing that is
    done there becomes data. With --report, the exit code is 1 unless all have passed.
    """
    settings = settings_for(context, project)
    names = addresses(emails)
    if report and (gold or expert):
        raise click.UsageError("--report measures by the gold that was kept when it was sent")
    if html and (not report or len(names) != 1):
        raise click.UsageError("--html needs --report and one EMAIL")
    if report:
        results = qualified(settings, names, mark)
        if as_json:
            print_json({"pass": mark, "annotators": [as_value(result) for result in results]})
        else:
            print_results(results, mark)
        if html:
            write_page(html, results[0], load_ontology(settings.ontology.path))
        if not all(result.passed for result in results):
            context.exit(1)
        return
    if (gold is None) == (expert is None):
        raise click.UsageError("give --gold FILE or --from EMAIL")
    _send(settings, names, gold, expert, number, dry_run=dry_run, as_json=as_json)


# Sending


def _send(
    settings: Settings,
    names: Sequence[str],
    gold: Path | None,
    expert: str | None,
    number: int,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    ontology = load_ontology(settings.ontology.path)
    server, sent = server_key(settings), []
    path = settings.workspace.ledger
    with (
        connect(settings) as client,
        nullcontext() if dry_run else settings.workspace.lock("push"),
        Ledger(None if dry_run and not path.exists() else path) as ledger,
    ):
        found = (
            _of_file(settings, gold, ontology)
            if gold is not None
            else _of_expert(settings, ledger, str(expert), ontology)
        )
        by_text = {annotation.text_sha256: article for annotation, article in found}
        chosen = qualification.choose(
            [annotation for annotation, _ in found], number, settings.sampling.seed
        )
        articles = [by_text[annotation.text_sha256] for annotation in chosen]
        if len(chosen) < number:
            say(f"there are only {len(chosen)} articles with gold")
        known = {email.lower() for email in client.users().values()}
        for name in names:
            campaign = qualification.campaign_of(settings.project.title, name)
            if not dry_run:
                qualification.keep_gold(ledger, server, campaign, chosen)
            with progress(f"sending to {name}", len(articles)) as advance:
                done = push(
                    articles,
                    None,  # blank: what would be shown is what is asked
                    "",
                    target=Target(server, campaign, max_words=settings.project.max_words),
                    client=client,
                    ledger=ledger,
                    ontology=ontology,
                    dry_run=dry_run,
                    on_progress=advance,
                )
            url = None
            if done.project_id is not None and not dry_run:
                qualification.set_apart(ledger, server, campaign, done.project_id, name)
                url = client.project_url(done.project_id)
            sent.append({"annotator": name, "articles": len(articles), "url": url})
    if as_json:
        print_json(sent)
    else:
        for item in sent:
            click.echo(f"{item['annotator']}: {item['articles']} articles, {item['url'] or '-'}")
    strangers = [name for name in names if name not in known]
    if strangers:
        next_step(f"annotate annotators add {' '.join(strangers)}")
    else:
        next_step(f"annotate annotators qualify {' '.join(names)} --report")


def _of_file(
    settings: Settings, path: Path, ontology: Ontology
) -> list[tuple[Annotation, Article]]:
    """The annotations of a file with their articles.

    Raises:
        InputError: an article is not to be found.
        SpanError: an annotation does not hold over its text.
    """
    sources = settings.corpus.sources
    rules = load_rules(settings.corpus.cleaning)
    articles = {a.text_sha256: a for a in read_articles(sources, rules)} if sources else {}
    found = []
    for annotation in read_annotations(path, ontology):
        article = articles.get(annotation.text_sha256)
        if article is None and annotation.text is not None:
            doc_id = annotation.doc_id or annotation.text_sha256[:16]
            article = Article(doc_id, annotation.text, source=annotation.source)
        if article is None:
            raise InputError(
                f"the text {annotation.text_sha256[:12]}… of article "
                f"{annotation.doc_id or '?'} is not to be found",
                where=str(path),
                fix="name its article in corpus.sources",
            )
        wrong = problems(annotation, article.text, ontology)
        if wrong:
            raise SpanError(f"span {wrong[0].item}: {wrong[0].reason}", where=str(path))
        found.append((annotation, article))
    return found


def _of_expert(
    settings: Settings, ledger: Ledger, expert: str, ontology: Ontology
) -> list[tuple[Annotation, Article]]:
    """What one annotator has finished in the campaign; test articles stay unseen.

    Raises:
        WorkspaceError: there is nothing.
    """
    found = []
    for work in finished_work(entries_of(settings, ledger)):
        whole = work.layers == "all" and work.entries[0].split != "test"
        article = ledger.article(work.doc_id, work.text_sha256)
        if work.annotator.lower() == expert.lower() and whole and article is not None:
            found.append((work.annotation(ontology), article))
    if not found:
        raise WorkspaceError(
            f"{expert} has finished no article that is not test data",
            where=settings.project.title,
            fix="run: annotate pull; or give --gold FILE",
        )
    return found
