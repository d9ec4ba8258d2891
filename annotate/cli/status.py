"""status: progress, forecast and consistency, from the ledger and the last pull."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import click

from annotate.cli.connect import open_ledger, pushed_projects, server_url
from annotate.cli.forecasts import agreement_needs, forecast_json, print_forecast
from annotate.cli.lint import done_tasks, findings_json, print_findings
from annotate.cli.output import (
    examples,
    json_option,
    print_json,
    project_option,
    settings_for,
)
from annotate.cli.progress_table import print_progress, progress_json
from annotate.cli.pseudonyms import names_for, pseudonymous
from annotate.cli.pulled import entries_of
from annotate.labeling.consistency import findings
from annotate.labeling.forecast import forecast
from annotate.labeling.progress import rows, totals, totals_by_split, unchanged_by
from annotate.labeling.standing import standing, story_groups
from annotate.ontology import load_ontology


class _Time(click.ParamType[str]):
    """A moment as the history writes it (ISO 8601, UTC); a date alone is that day's end."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        try:
            if len(value) == len("2026-01-31"):
                moment = datetime.combine(date.fromisoformat(value), time(23, 59, 59), UTC)
            else:
                moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail("write it as 2026-01-31 or 2026-01-31T18:00", param, context)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="seconds")


@click.command(
    epilog=examples(
        "annotate status",
        "annotate status --at 2026-01-31",
        "annotate status --forecast",
        "annotate status --lint --annotator anna@example.org",
    )
)
@click.option("--at", type=_Time(), metavar="TIME", help="As it was pulled by then (UTC).")
@click.option("--forecast", "ahead", is_flag=True, help="Add the hours, days and articles left.")
@click.option("--lint", is_flag=True, help="List what looks inconsistent, with links to the tasks.")
@click.option("--annotator", metavar="EMAIL", help="Only the work of this annotator.")
@click.option("--names", is_flag=True, help="Addresses in JSON, too, in place of pseudonyms.")
@json_option
@project_option
@click.pass_context
def status(
    context: click.Context,
    project: str | None,
    at: str | None,
    ahead: bool,
    lint: bool,
    annotator: str | None,
    names: bool,
    as_json: bool,
) -> None:
    """Show who has done what, how fast, and what is left (no network).

    Reads the ledger and the last pull. What each figure means: docs/leads.md. The tables name
    people by their logins; JSON, which is passed on, by the pseudonyms that datasets have.
    """
    settings = settings_for(context, project)
    ontology = load_ontology(settings.ontology.path)
    values: dict[str, Any] = {"project": settings.project.title, "at": at}
    with open_ledger(settings) as ledger:
        projects = pushed_projects(settings, ledger)
        state = standing(ledger, projects, entries_of(settings, ledger, until=at))
        if lint:
            found = findings(done_tasks(state, ledger, ontology), ontology)
            shown = [f for f in found if annotator in (None, f.annotator)]
            if as_json:
                told = values | findings_json(shown, server_url(settings))
                print_json(told if names else pseudonymous(told, names_for(settings)))
            else:
                print_findings(shown, server_url(settings))
            return
        everybody = rows(state, settings.project.annotators, unchanged_by(ledger, ontology))
        groups = story_groups(ledger)
    wanted = [row for row in everybody if annotator in (None, row.annotator)]
    whole, splits = totals(state), totals_by_split(state)
    values |= progress_json(whole, splits, wanted)
    if not as_json:
        print_progress(settings.project.title, whole, splits, wanted, at=at)
    if ahead:
        now = datetime.fromisoformat(at) if at else datetime.now(UTC)
        left = forecast(state, now, seed=settings.sampling.seed)
        needs = agreement_needs(state, groups, ontology, seed=settings.sampling.seed)
        values["forecast"] = forecast_json(left, needs)
        if not as_json:
            print_forecast(left, needs)
    if as_json:
        owners = [project.owner for project in projects if project.owner]
        print_json(values if names else pseudonymous(values, names_for(settings, owners)))
