"""Croissant metadata (https://docs.mlcommons.org/croissant): files with their hashes, and columns.

Version 1.1 of the format, which has lists: `isArray` with an `arrayShape`. Texts are read as bytes
(UTF-8) by `mlcroissant`, and the file's name tells the split.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from annotate.dataset.columns import Field, said
from annotate.dataset.describe import TABLES

# The context of the specification, word for word.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in (
            *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract"),
            *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray"),
            *("isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator"),
            *("source", "subField", "transform"),
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}
_PARQUET = "application/x-parquet"


def croissant(
    name: str,
    version: str,
    schemas: Mapping[str, pa.Schema],
    files: Mapping[str, Mapping[str, Any]],
    licences: tuple[str, str],
    date: str | None = None,
) -> dict[str, Any]:
    """The metadata of a version, as JSON-LD.

    Args:
        files: path -> entry with SHA-256 and bytes, of every Parquet file.
        licences: of the texts, and of the annotations.
        date: of the last change of an annotation (ISO 8601); the files know of no other clock.
    """
    present = [
        table for table in schemas if any(path.startswith(TABLES[table][0]) for path in files)
    ]
    described = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": name,
        "version": version,
        "description": "Arabic news with entities, event triggers and argument roles.",
        "inLanguage": "ar",
        "license": [f"texts: {licences[0]}", f"annotations: {licences[1]}"],
        "citeAs": f"{name} {version}",
        "distribution": [
            *(_file_object(path, entry) for path, entry in sorted(files.items())),
            *(file_set for table in present for file_set in _file_sets(table, files)),
        ],
        "recordSet": [_record_set(table, schemas[table]) for table in present],
    }
    if date is not None:
        described["datePublished"] = date
    return described


def _file_object(path: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{entry['bytes']} B",
        "encodingFormat": _PARQUET,
        "sha256": entry["sha256"],
    }


def _file_sets(table: str, files: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All files of a table, and those of each split."""
    folder = TABLES[table][0]
    stems = sorted(
        {path.removeprefix(folder).partition("-")[0] for path in files if path.startswith(folder)}
    )
    sets = [(table, f"{folder}*.parquet")]
    if stems != [table]:
        sets += [(f"{table}-{stem}", f"{folder}{stem}-*.parquet") for stem in stems]
    return [
        {
            "@type": "cr:FileSet",
            "@id": name,
            "name": name,
            "includes": pattern,
            "encodingFormat": _PARQUET,
        }
        for name, pattern in sets
    ]


def _record_set(table: str, schema: pa.Schema) -> dict[str, Any]:
    fields = [_field(table, field) for field in schema]
    if table != "annotations":
        fields.insert(0, _split(table))
    name = f"{table}-records"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"One record is {TABLES[table][1]}. Roles of events are in the files only.",
        "field": fields,
    }


def _split(table: str) -> dict[str, Any]:
    """The split, which only the file's name says."""
    return {
        "@type": "cr:Field",
        "@id": f"{table}/split",
        "name": "split",
        "description": "train, validation or test",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": table},
            "extract": {"fileProperty": "filename"},
            "transform": {"regex": "^([a-z]+)-"},
        },
    }


def _field(table: str, field: Field, column: str | None = None) -> dict[str, Any]:
    """A column, or with `column` a part of that column's structs."""
    place = f"{column}/{field.name}" if column else field.name
    made: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{place}",
        "name": place,
        "description": said(field, "description"),
    }
    kind = field.type
    if pa.types.is_list(kind):
        made |= {"isArray": True, "arrayShape": "-1"}
        kind = kind.value_type
        if pa.types.is_struct(kind):
            parts = [_field(table, part, field.name) for part in kind if not _is_nested(part)]
            return made | {"subField": parts}
    source: dict[str, Any] = {
        "fileSet": {"@id": table},
        "extract": {"column": column or field.name},
    }
    if column:
        source["transform"] = {"jsonPath": field.name}
    return made | {"dataType": _data_type(kind), "source": source}


def _is_nested(field: Field) -> bool:
    """A list in a list of structs (an event's roles): the format cannot say how to cut it out."""
    return pa.types.is_list(field.type)


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"
