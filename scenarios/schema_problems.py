"""Turn what pydantic finds into problems that name file, line, key, value and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from scenarios import schema
from scenarios.near_matches import did_you_mean
from scenarios.overrides import Document
from stockpile.errors import DataError, Problem

Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], values: object, document: Document, *, at: str = "") -> Model:
    """Return the values of a document, found there at a dotted key, as a model.

    Raises:
        DataError: every value that the model refuses, with its place in the file and a remedy.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = [_problem(model, found, document, at) for found in error.errors(include_url=False)]
    raise DataError(problems)


def _problem(model: type[BaseModel], found: ErrorDetails, document: Document, at: str) -> Problem:
    path = tuple(part for part in found["loc"] if part != "[key]")
    misfit = [found["ctx"]["key"]] if found["type"] == schema.MISFIT else []
    dotted = ".".join([*([at] if at else []), *map(str, path), *misfit])
    message, remedy = _message_and_remedy(model, found, path)
    given = found["input"]
    shown = given if isinstance(given, str | int | float) and found["type"] != "missing" else None
    return document.problem(dotted, shown, message, remedy)


def _message_and_remedy(
    model: type[BaseModel], found: ErrorDetails, path: tuple[int | str, ...]
) -> tuple[str, str]:
    match found["type"]:
        case "extra_forbidden":
            return "is not a known key", did_you_mean(str(path[-1]), _keys(_holder(model, path)))
        case "missing":
            return "is missing", f"Add it: {_description(model, path)}"
        case "value_error" | schema.MISFIT:
            # The models write "what is wrong; what to do".
            message, _, remedy = found["msg"].removeprefix("Value error, ").partition("; ")
            return message, remedy[:1].upper() + remedy[1:]
        case "literal_error":
            expected = str(found["ctx"]["expected"])
            return f"is not one of {expected}", did_you_mean(str(found["input"]), _quoted(expected))
        case "string_pattern_mismatch":
            return (
                "is no valid name",
                "Use letters, digits, - and _, at most 64, beginning with a letter or digit",
            )
        case _:
            message = found["msg"].replace("Input should", "should", 1)
            return message, f"Write a value that fits: {_description(model, path)}"


def _quoted(expected: str) -> list[str]:
    return [word for word in expected.split("'") if word.strip(" ,") not in {"", "or"}]


def _holder(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Return the model that holds the last key of a path, following mappings by id."""
    current: object = model
    for part in path[:-1]:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = _fields(current).get(str(part))
            current = field.annotation if field else None
        elif get_origin(current) is Mapping:
            current = get_args(current)[1]
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _keys(model: type[BaseModel] | None) -> list[str]:
    return list(_fields(model)) if model else []


def _description(model: type[BaseModel], path: tuple[int | str, ...]) -> str:
    """Return the prose of the innermost field that a path goes through."""
    for length in range(len(path), 0, -1):
        holder = _holder(model, path[:length])
        field = _fields(holder).get(str(path[length - 1])) if holder else None
        if field is not None and field.description:
            return field.description
    return "see the scenario schema"
