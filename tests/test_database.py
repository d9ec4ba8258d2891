"""Addresses of PostgreSQL databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.database import EXAMPLE, Postgres, parse_postgres
from tests.support import PROPERTY

names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


def test_the_example_is_an_address() -> None:
    assert parse_postgres(EXAMPLE) == Postgres("labels", "127.0.0.1", 5432, "labels")
    assert str(parse_postgres(EXAMPLE)) == EXAMPLE


def test_the_port_may_be_left_out_and_the_old_scheme_given() -> None:
    assert str(parse_postgres("postgres://me@db.example.org/x")) == (
        "postgresql://me@db.example.org:5432/x"
    )
    assert parse_postgres("postgresql://me@[::1]:5433/x") == Postgres("me", "::1", 5433, "x")


@PROPERTY
@given(names, names.filter(lambda name: "/" not in name), st.integers(1, 65535))
def test_an_address_is_read_as_it_was_written(user: str, name: str, port: int) -> None:
    for host in ("127.0.0.1", "::1", "db-1.example.org"):
        database = Postgres(user, host, port, name)
        assert parse_postgres(str(database)) == database


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("labels", "this is no address such as"),
        ("mysql://me@host/x", "this is no address such as"),
        ("postgresql://me@host:99999/x", "this is no address such as"),
        ("postgresql://me@[::1/x", "this is no address such as"),
        ("postgresql://host/x", "must name user, host and database"),
        ("postgresql://me@host", "must name user, host and database"),
        ("postgresql://me@host:0/x", "must name user, host and database"),
        ("postgresql://me@/x", "must name user, host and database"),
        ("postgresql://me@%2Ftmp/x", "must name user, host and database"),
        ("postgresql://me@host/x/y", "cannot be one"),
        ("postgresql://me@host/x%00", "cannot be one"),
        ("postgresql://me@host/x?sslmode=require", "PGSSLMODE"),
        ("postgresql://me:hunter2@host/x", "must hold no password: set PGPASSWORD"),
        ("postgresql://me:@host/x", "must hold no password"),
        ("mysql://me:hunter2@host:x/y", "no address"),
    ],
)
def test_what_is_no_address_says_why_and_never_the_password(address: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        parse_postgres(address)
    assert "hunter2" not in str(caught.value)
