"""quickstart: the whole loop on the seed articles, in one command and without questions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from annotate.annotation_files import read_annotations
from annotate.cli.agreement_table import print_agreement
from annotate.cli.connect import connect, pushed_projects
from annotate.cli.content import pulled_content, recipe_for
from annotate.cli.heuristics import loader
from annotate.cli.measured import measured
from annotate.cli.output import dry_run_option, examples, next_step, progress, say, settings_of
from annotate.cli.pull import say_pulled
from annotate.cli.pushed import say_pushed
from annotate.cli.server import start_with_progress
from annotate.corpus.article import Article
from annotate.corpus.readers import read_articles
from annotate.corpus.rules import load_rules
from annotate.labeling import server as embedded
from annotate.labeling.client import Client
from annotate.labeling.entry import SIMULATED_DOMAIN
from annotate.labeling.ledger import Ledger
from annotate.labeling.load import load_annotations
from annotate.labeling.projects import Target
from annotate.labeling.pull import pull
from annotate.labeling.push import push
from annotate.ontology import Ontology, load_ontology
from annotate.resources import resource
from annotate.settings import (
    DatasetSettings,
    PreannotateSettings,
    ProjectSettings,
    SamplingSettings,
    ServerSettings,
    Settings,
)

TITLE = "annotate quickstart"
PASSES = ("pass_a", "pass_b")


@click.command(
    epilog=examples(
        "annotate quickstart",
        "annotate quickstart --stop",
        "ANNOTATE_HOME=/tmp/demo annotate quickstart",
    )
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: 8080 or a free one).")
@click.option("--stop", "stop_after", is_flag=True, help="Stop the server at the end.")
@dry_run_option
@click.pass_context
def quickstart(context: click.Context, port: int | None, stop_after: bool, dry_run: bool) -> None:
    """Run the whole loop on the seed articles, as a demo.

    Cleans and pre-annotates the five seed files, starts the embedded Label Studio, pushes the
    tasks, loads two reference passes as two simulated annotators, pulls, measures agreement and
    builds a dataset. Run it again to continue: nothing is doubled, nothing that a person did is
    lost.
    """
    user = settings_of(context)
    settings = Settings(
        home=user.home,
        server=ServerSettings(port=port or user.server.port, database=user.server.database),
        # One person beside the two simulated annotators: the tasks stay open for corrections.
        project=ProjectSettings(title=TITLE),
        sampling=SamplingSettings(overlap=len(PASSES) + 1),
        dataset=DatasetSettings(name="quickstart", folder=user.workspace.exports),
        # The seeds are marked with our ontology: lexicons for another one do not fit it.
        preannotate=PreannotateSettings() if user.ontology.path else user.preannotate,
    )
    ontology = load_ontology()
    with progress("reading and cleaning the seeds") as advance:
        articles = []
        for article in read_articles([str(resource("seeds") / "*.txt")], load_rules()):
            articles.append(article)
            advance(1)
    if dry_run:
        say(f"{len(articles)} articles would be pushed to an embedded server in {settings.home}")
        next_step("annotate quickstart")
        return
    workspace = settings.workspace
    try:
        with workspace.lock("push"), workspace.lock("pull"), workspace.lock("export"):
            dataset, url = _loop(settings, ontology, articles)
        login = embedded.credentials(workspace)
    finally:
        if stop_after:
            embedded.stop(workspace)
    click.echo("")
    click.echo(f"labeling    {url}{'  (stopped)' if stop_after else ''}")
    click.echo(f"login       {login.email}  password {login.password}")
    click.echo(f"dataset     {dataset}")
    click.echo(f"workspace   {settings.home}")
    if stop_after:
        next_step("annotate quickstart")
    else:
        next_step(
            "open the address, correct a task, submit it, and run: annotate quickstart",
            "annotate server stop",
            "annotate init",
        )


def _loop(settings: Settings, ontology: Ontology, articles: list[Article]) -> tuple[Path, str]:
    """Everything after the cleaning; the dataset's folder and the project's address."""
    from annotate.dataset.build import build
    from annotate.heuristics.pipeline import preannotate_article

    heuristics = loader(settings, ontology)()
    with progress("pre-annotating", len(articles)) as advance:
        predictions = {}
        for article in articles:
            predictions[article.text_sha256] = preannotate_article(article, heuristics)
            advance(1)
    start_with_progress(settings.workspace, settings.server.port, settings.server.database)
    server = embedded.identity(settings.workspace)
    with connect(settings) as client, Ledger(settings.workspace.ledger) as ledger:
        with progress("pushing tasks", len(articles)) as advance:
            pushed = push(
                articles,
                lambda article: (
                    # A text that was frozen under older cleaning rules is another text.
                    predictions.get(article.text_sha256) or preannotate_article(article, heuristics)
                ),
                heuristics.version,
                target=Target(server, TITLE, settings.sampling, settings.project.max_words),
                client=client,
                ledger=ledger,
                ontology=ontology,
                on_progress=advance,
            )
        say_pushed(pushed)
        project_id = pushed.project_id
        assert project_id is not None  # noqa: S101 - only a dry run has none
        _load_passes(server, project_id, client, ledger, ontology, len(articles))
        with progress("pulling", len(ledger.tasks(server, project_id))) as advance:
            pulled = pull(
                pushed_projects(settings, ledger),
                client=client,
                ledger=ledger,
                folder=settings.workspace.history,
                ontology=ontology,
                on_progress=advance,
            )
        say_pulled(pulled)
        print_agreement(measured(settings, ledger, ontology).to_json())
        with progress("building the dataset") as advance:
            content = pulled_content(settings, ledger, ontology)
            built = build(
                content.chosen,
                settings.dataset.name,
                settings.dataset.folder,
                recipe_for(settings, ontology, content),
                contributions=content.contributions,
            )
            advance(built.counts["articles"])
        for line in (*content.left_out.lines(), *content.chosen.lines()):
            say(line)
        say(f"version {built.version}: " + ("new" if built.is_new else "nothing changed"))
        return built.path, client.project_url(project_id)


def _load_passes(
    server: str, project_id: int, client: Client, ledger: Ledger, ontology: Ontology, articles: int
) -> None:
    """The two reference passes of the seeds as the work of two annotators, marked as simulated."""
    with progress("loading two simulated annotators", articles * len(PASSES)) as advance:
        for name in PASSES:
            path = resource("seeds", "annotations", f"{name}.jsonl")
            email = f"{name.replace('_', '-')}@{SIMULATED_DOMAIN}"
            load_annotations(
                [replace(a, annotator=email) for a in read_annotations(path, ontology)],
                email,
                server=server,
                project_id=project_id,
                client=client,
                ledger=ledger,
                ontology=ontology,
                on_progress=advance,
            )
