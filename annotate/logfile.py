"""The log that `--log-file` writes: one JSON object a line, without secrets.

Everything that is logged passes through `Redacted`, whoever logs it: the values of variables that
hold secrets, those that this process read or made, and whatever looks like a token go.
"""

from __future__ import annotations

import json
import logging
import os
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GONE = "[redacted]"
# Variables whose values are secrets; those of other tools' clouds are among them.
_SECRET = re.compile(r"(TOKEN|PASSWORD|PASSWD|SECRET|API_KEY|ACCESS_KEY)", re.IGNORECASE)
_SHORTEST = 8  # characters: a shorter value would blacken ordinary words
# What looks like one, whoever wrote it: headers, addresses with a password, the server's tokens.
_PATTERNS = (
    re.compile(
        r"(?i)((?:authorization|x-api-key)['\"]?\s*[:=]\s*['\"]?(?:token|bearer|basic)?\s*)"
        r"[^\s'\",}]+"
    ),
    re.compile(r"(?i)(\b(?:token|bearer|basic)\s+)(?=[^\s'\",}]*\d)[^\s'\",}]{20,}"),
    re.compile(r"(://[^\s/:@]+:)[^\s/@]+(?=@)"),
    re.compile(r"()\b[0-9a-f]{40}\b(?![0-9a-f])"),
    re.compile(r"()\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+"),
    re.compile(r"(?i)((?:password|passwd|token|secret)['\"]?\s*[=:]\s*['\"]?)[^\s'\",}&]+"),
)
# What a record has anyway; everything else was given with `extra=`.
_USUAL = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime"}
_LIBRARIES = ("httpx",)  # says method, address and status of each request, never a header
# Line breaks to some readers, commands to some terminals; JSON itself leaves them as they are.
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029]")
_known: set[str] = set()
log = logging.getLogger("annotate")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without these secrets, and without what looks like one."""
    for secret in secrets:
        text = text.replace(secret, GONE)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{GONE}", text)
    return text


def keep_out_of_logs(*secrets: str) -> None:
    """Secrets that this process has read or made: no log shows them from now on."""
    _known.update(secret for secret in secrets if len(secret) >= _SHORTEST)


def secrets_in(environment: Mapping[str, str]) -> frozenset[str]:
    """The values of variables that hold secrets, by their names."""
    values = (value.strip() for name, value in environment.items() if _SECRET.search(name))
    return frozenset(value for value in values if len(value) >= _SHORTEST)


class Redacted(logging.Formatter):
    """A record as one line of JSON: at, level, logger, message, then what it was given besides."""

    def __init__(self, secrets: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line. An exception's traceback is in it, without the values of variables."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        values: dict[str, Any] = {"at": at, "level": record.levelname.lower()}
        values |= {"logger": record.name, "message": record.getMessage()}
        values |= {k: v for k, v in record.__dict__.items() if k not in _USUAL and v is not None}
        if record.exc_info and record.exc_info[1] is not None:
            values["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
        line = json.dumps({k: self._clean(v) for k, v in values.items()}, ensure_ascii=False)
        return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line)

    def _clean(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        secrets = sorted(self.secrets | _known, key=len, reverse=True)  # one may be in another
        return redact(value if isinstance(value, str) else str(value), secrets)


class LogFile(logging.FileHandler):
    """A log file that only its user can read (mode 0600), at which lines are added."""

    def __init__(self, path: Path, secrets: frozenset[str]) -> None:
        """Opens the file; OSError says why it cannot be."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.close(handle)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self.setFormatter(Redacted(secrets))


@contextmanager
def logging_to(path: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Logs of this package, and of requests, go to a file as long as the block runs.

    Raises:
        OSError: the file cannot be opened.
    """
    handler = LogFile(path, secrets_in(environment))
    loggers = [log, *(logging.getLogger(name) for name in _LIBRARIES)]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
