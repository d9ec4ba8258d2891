"""Which settings there are, their defaults, and what each may be."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from annotate.database import Postgres, parse_postgres
from annotate.workspace import Workspace

Title = Annotated[str, StringConstraints(min_length=3, max_length=50, strip_whitespace=True)]
# A dataset's name becomes a folder: nothing that could leave it.
DatasetName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
# One line that stands in a dataset's card.
Licence = Annotated[str, StringConstraints(pattern=r"^[^\r\n]+$", max_length=500)]
Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)  # in the order that they are shown and read
Lowest = Literal["adjudicated", "agreed", "single"]  # of a policy (`dataset.gold.Policy`)


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("true and false are no share")
    return value


Share = Annotated[float, BeforeValidator(_no_truth), Field(ge=0, le=1, allow_inf_nan=False)]
# The server's logins are addresses in small letters.
Email = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^\s@,;<>\"]+@[^\s@,;<>\"]+$",
        max_length=254,
        strip_whitespace=True,
        to_lower=True,
    ),
]


def _valid_url(url: str) -> str:
    """Refuses what no client could use, and passwords, for addresses are shown in messages."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("this is no address such as https://labels.example.org")
    if parts.username or parts.password:
        raise ValueError("the address must hold no user and no password")
    return url


def _addresses(given: object) -> object:
    """Says where the number of annotators, which stood here once, is now."""
    if isinstance(given, int):
        raise ValueError(
            "this is a list of e-mail addresses; sampling.overlap says how many annotators an "
            "article is for"
        )
    return given


def _distinct(emails: tuple[str, ...]) -> tuple[str, ...]:
    for place, email in enumerate(emails):
        if email in emails[:place]:
            raise ValueError(f"{email} is there twice")
    return emails


Emails = Annotated[tuple[Email, ...], BeforeValidator(_addresses), AfterValidator(_distinct)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://"), AfterValidator(_valid_url)]
Source = Annotated[str, StringConstraints(min_length=1)]


def _database(given: object) -> Postgres:
    if isinstance(given, Postgres):
        return given
    return parse_postgres(given if isinstance(given, str) else "")


Database = Annotated[Postgres, BeforeValidator(_database)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CorpusSettings(_Part):
    sources: tuple[Source, ...] = ()
    cleaning: Path | None = None


class OntologySettings(_Part):
    path: Path | None = None


class PreannotateSettings(_Part):
    """How articles are pre-annotated.

    Attributes:
        lexicons: the user's own.
        learned: where `annotate learn` keeps what it has learned.
        min_precision: what is expected to be right less often is not proposed.
    """

    lexicons: tuple[Path, ...] = ()
    learned: Path = Path("learned")
    min_precision: Share | None = None


def is_loopback(url: str) -> bool:
    """Whether an address is of this very machine, so that nothing travels over a network."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ServerSettings(_Part):
    """Where the labeling server is.

    Attributes:
        url: None is the embedded one.
        token_file: with the external server's token (mode 0600).
        port, database: of the embedded one.
        allow_http: lets `url` be http:// also on another machine, where others can read the token.
    """

    url: Url | None = None
    token_file: Path | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    database: Database | None = None
    allow_http: bool = False

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        private = not self.url or self.url.startswith("https://") or is_loopback(self.url)
        if not private and not self.allow_http:
            raise ValueError(
                f"{self.url} would send the token, and all that annotators do, where others can "
                "read it: use https://, or set server.allow_http (the variable "
                "LABEL_STUDIO_ALLOW_HTTP=true) in a network that you trust"
            )
        return self


class ProjectSettings(_Part):
    title: Title = "Arabic news"
    annotators: Emails = ()
    max_words: int = Field(default=350, ge=50)
    blind: bool = False


class SamplingSettings(_Part):
    """Which articles are for whom, and who sees pre-labels (see `labeling.sampling`).

    The defaults are no plan at all: every article is pre-labelled and for one annotator, none is
    held back for a test. What a team should use is in `settings_template.TEMPLATE`.

    Attributes:
        seed: another seed draws other articles.
        test_share, validation_share: of all story groups.
        overlap: how many annotators an article of the overlap share is for.
        overlap_share: of the story groups outside of the test.
        blank_share: of the overlap share: without pre-labels.
    """

    seed: int = Field(default=1, ge=0)
    test_share: Share = 0.0
    validation_share: Share = 0.0
    overlap: int = Field(default=1, ge=1, le=100)
    overlap_share: Share = 1.0
    blank_share: Share = 0.0

    @model_validator(mode="after")
    def _leaves_no_less_than_nothing(self) -> Self:
        if self.test_share + self.validation_share > 1:
            raise ValueError("test_share and validation_share are more than 1 together")
        return self


class DatasetSettings(_Part):
    """What `annotate export` makes.

    Attributes:
        text_licence, annotation_licence: an SPDX identifier or a sentence; they are two works.
        published: the day that the metadata names; None: that of the last change of an annotation.
        policy: the least that training and validation data take.
        k: how many annotators must share what is agreed.
        splits: of articles, by doc_id, and of their stories.
    """

    name: DatasetName = "arabic-news"
    folder: Path = Path("exports")
    text_licence: Licence = "The rights stay with their outlets."
    annotation_licence: Licence = "No licence is given."
    published: date | None = None
    policy: Lowest = "single"
    k: int = Field(default=2, ge=2)
    splits: dict[str, Split] = Field(default_factory=dict)


class Settings(_Part):
    """All settings; paths are absolute. `settings_template` says what each means."""

    corpus: CorpusSettings = CorpusSettings()
    ontology: OntologySettings = OntologySettings()
    preannotate: PreannotateSettings = PreannotateSettings()
    server: ServerSettings = ServerSettings()
    project: ProjectSettings = ProjectSettings()
    sampling: SamplingSettings = SamplingSettings()
    dataset: DatasetSettings = DatasetSettings()
    home: Path = Path(".annotate")

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.home)
