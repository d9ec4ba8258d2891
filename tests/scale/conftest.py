"""Places to publish to, for these tests."""

from tests.buckets import place, s3, s3_server  # noqa: F401 - fixtures
