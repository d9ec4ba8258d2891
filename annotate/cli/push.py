"""push: send articles to annotators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from annotate.cli.connect import connect, server_key
from annotate.cli.heuristics import loader, min_precision_option
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
from annotate.cli.pushed import MOST_NAMED, as_value, say_older, say_pushed
from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.errors import InputError, SettingsError
from annotate.labeling.ledger import Ledger
from annotate.labeling.migration import read as read_migrations
from annotate.labeling.migration import renamed_annotation, renames
from annotate.labeling.planning import in_words
from annotate.labeling.projects import Target
from annotate.labeling.push import push as push_to
from annotate.labeling.wire import Layers
from annotate.ontology import Ontology, load_ontology
from annotate.settings import Settings, with_sampling
from annotate.spans import Annotation

if TYPE_CHECKING:
    from annotate.heuristics.pipeline import Heuristics


@click.command(
    epilog=examples(
        "annotate push",
        "annotate push articles/*.jsonl --dry-run",
        "annotate push --overlap 2 --overlap-share 0.3",
        "annotate push --layers entities",
    )
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--blank", is_flag=True, help="Push without pre-annotation.")
@click.option(
    "--layers",
    type=click.Choice(["all", "entities", "events"]),
    default="all",
    show_default=True,
    help="What annotators mark: in one pass, or entities first and events in a second pass.",
)
@click.option(
    "--blind/--together",
    default=None,
    help="A project for each annotator, or one for all (default: project.blind).",
)
@click.option(
    "--overlap",
    type=click.IntRange(1, 100),
    help="Annotators an article of the overlap share is for (default: sampling.overlap).",
)
@click.option(
    "--overlap-share",
    type=click.FloatRange(0, 1),
    help="Share of the articles that several annotate (default: sampling.overlap_share).",
)
@min_precision_option
@click.option(
    "--order",
    type=click.Choice(["random", "uncertain", "diverse"]),
    default="random",
    show_default=True,
    help="What comes first: by chance, what the learned tagger is least sure of, or what has most "
    "new words. Test articles keep their random places.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=300,
    show_default=True,
    help="Seconds to wait for an answer of the server.",
)
@dry_run_option
@json_option
@project_option
@click.pass_context
def push(
    context: click.Context,
    project: str | None,
    sources: tuple[str, ...],
    blank: bool,
    layers: Layers,
    blind: bool | None,
    overlap: int | None,
    overlap_share: float | None,
    min_precision: float | None,
    order: str,
    timeout: float,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send articles to annotators, with their pre-annotation.

    A long article becomes several tasks. What is a task already is not sent again. A text that
    changed since becomes new tasks; those of the old text stay as they are, and are named. Open
    tasks that were pre-annotated by another version of the heuristics get new pre-annotations
    beside the old. What annotators have done is never touched.

    The sampling plan of annotate.toml is fixed by the first push of a project.
    """
    from annotate.corpus.duplicates import Groups
    from annotate.heuristics.pipeline import preannotate_article

    settings = with_sampling(settings_for(context, project), overlap, overlap_share)
    chosen = sources or settings.corpus.sources
    if not chosen:
        raise InputError("no source was given", fix="name files, or set corpus.sources")
    ontology = load_ontology(settings.ontology.path)
    target = target_of(settings, layers, blind)
    heuristics = loader(settings, ontology, min_precision=min_precision)()
    articles = list(read_articles(chosen, load_rules(settings.corpus.cleaning)))
    path = settings.workspace.ledger
    worth = worth_annotating(order, articles, heuristics)
    dropped: Counter[str] = Counter()
    renamed = renames(read_migrations(settings.workspace.history))

    def by_rules(article: Article) -> Annotation:
        # Lexicons may go on using a code that was migrated.
        return renamed_annotation(preannotate_article(article, heuristics), renamed)

    with (
        connect(settings, timeout=timeout) as client,
        nullcontext() if dry_run else settings.workspace.lock("push"),
        Ledger(None if dry_run and not path.exists() else path) as ledger,
        progress("pushing", len(articles)) as advance,
    ):
        preannotate: Callable[[Article], Annotation] = by_rules
        if layers == "events":
            preannotate = after_first_pass(settings, ledger, ontology, by_rules, dropped)
        done = push_to(
            articles,
            None if blank else preannotate,
            heuristics.version,
            target=target,
            client=client,
            ledger=ledger,
            ontology=ontology,
            grouping=Groups,
            order=worth,
            dry_run=dry_run,
            on_progress=advance,
        )
        urls = [client.project_url(project_id) for project_id in done.project_ids]
        older = [
            {
                "doc_id": task.doc_id,
                "url": client.task_url(task.project_id, task.task_id),
                "annotations": task.annotations,
            }
            for task in done.older
        ]
        doubled = [client.task_url(place, task) for place, task in done.doubled]
    if as_json:
        print_json(as_value(done, target, urls, older, doubled, dropped))
        return
    say(in_words(target.plan))
    say_pushed(done, dry_run=dry_run)
    if dropped:
        say(
            f"second pass: {dropped['articles']} articles begin from the entities of the first; "
            f"{dropped['roles']} roles of the pre-annotation have no filler among them"
        )
    say_older(older)
    if doubled:
        named = ", ".join(doubled[:MOST_NAMED])
        say(f"{len(doubled)} tasks show what another task shows, too; all are pulled: {named}")
    for url in urls:
        click.echo(url)
    next_step("correct the spans in the browser, then: annotate pull")


def worth_annotating(
    order: str, articles: list[Article], heuristics: Heuristics
) -> list[str] | None:
    """The ids of articles in the order that is asked for; None is by chance.

    Raises:
        InputError: there is no tagger that could be uncertain.
    """
    from annotate.learning.order import diverse, uncertain

    if order == "random":
        return None
    return (uncertain if order == "uncertain" else diverse)(articles, heuristics)


def target_of(settings: Settings, layers: Layers = "all", blind: bool | None = None) -> Target:
    """The campaign that the settings describe.

    Raises:
        SettingsError: blind work without annotators.
    """
    is_blind = settings.project.blind if blind is None else blind
    if is_blind and not settings.project.annotators:
        raise SettingsError(
            "blind work needs a project for each annotator, and none is named",
            where="project.annotators",
            fix='name them: annotators = ["anna@example.org", "omar@example.org"]',
        )
    return Target(
        server=server_key(settings),
        title=settings.project.title,
        plan=settings.sampling,
        max_words=settings.project.max_words,
        layers=layers,
        annotators=settings.project.annotators if is_blind else None,
        splits=settings.dataset.splits,
        history=settings.workspace.history,
    )


def after_first_pass(
    settings: Settings,
    ledger: Ledger,
    ontology: Ontology,
    by_rules: Callable[[Article], Annotation],
    dropped: Counter[str],
) -> Callable[[Article], Annotation]:
    """The pre-annotation of a second pass; what is dropped is counted while it is made."""
    from annotate.labeling import history
    from annotate.labeling.campaigns import projects_of
    from annotate.labeling.first_pass import begin_second, first_passes

    server = server_key(settings)
    projects = {p.project_id for p in projects_of(ledger, server, settings.project.title)}
    current = history.current(settings.workspace.history).values()
    first = first_passes(e for e in current if e.server == server and e.project_id in projects)

    def preannotate(article: Article) -> Annotation:
        proposed = by_rules(article)
        work = first.get(article.text_sha256)
        if work is None:
            return proposed
        begun = begin_second(proposed, work.annotation(ontology), ontology)
        dropped["articles"] += 1
        dropped["roles"] += begun.dropped
        return begun.annotation

    return preannotate
