"""The features of Hugging Face `datasets`, as the Parquet metadata that the library reads."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from annotate.dataset.columns import Field, classes_of

KEY = b"huggingface"  # where the library looks in a Parquet file's schema metadata
_KINDS = {pa.string(): "string", pa.bool_(): "bool"}


def with_features(schema: pa.Schema) -> pa.Schema:
    """The schema with its features in the metadata: class labels survive `load_dataset`."""
    features = {"info": {"features": {field.name: feature(field) for field in schema}}}
    metadata = dict(schema.metadata or {})
    metadata[KEY] = json.dumps(features, ensure_ascii=False, sort_keys=True).encode()
    return schema.with_metadata(metadata)


def feature(field: Field) -> dict[str, Any]:
    """What `datasets.Features.to_dict` would say of a column (datasets 4 and later).

    Raises:
        TypeError: there is no such kind of column.
    """
    classes = classes_of(field)
    return _feature(field.type, classes)


def _feature(kind: pa.DataType, classes: list[str] | None) -> dict[str, Any]:
    if pa.types.is_list(kind):
        return {"feature": _feature(kind.value_type, classes), "_type": "List"}
    if pa.types.is_struct(kind):
        return {part.name: feature(part) for part in kind}
    if classes is not None:
        return {"names": classes, "_type": "ClassLabel"}
    if kind in _KINDS:
        return {"dtype": _KINDS[kind], "_type": "Value"}
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return {"dtype": {"double": "float64"}.get(str(kind), str(kind)), "_type": "Value"}
    raise TypeError(f"no feature for {kind}")
