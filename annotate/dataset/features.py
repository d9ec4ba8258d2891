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


def yaml_features(schema: pa.Schema) -> list[dict[str, Any]]:
    """The features as the YAML header of a dataset card has them (`dataset_info`)."""
    return [_named(field) for field in schema]


def _named(field: Field) -> dict[str, Any]:
    return {"name": field.name, **_plain(feature(field))}


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    """A feature without its `_type`, in the short forms that the header has."""
    kind = found.get("_type")
    if kind == "List":
        inner = found["feature"]
        if "_type" not in inner:  # structs
            return {"list": [{"name": name, **_plain(part)} for name, part in inner.items()]}
        short = _plain(inner)
        return {"list": short["dtype"] if list(short) == ["dtype"] else short}
    if kind == "ClassLabel":
        names = {str(number): name for number, name in enumerate(found["names"])}
        return {"dtype": {"class_label": {"names": names}}}
    return {"dtype": found["dtype"]}
