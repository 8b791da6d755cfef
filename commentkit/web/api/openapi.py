"""The OpenAPI 3.1 document, made from the table of operations and the settings' limits."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from commentkit.draft import Limits
from commentkit.model import Erasure
from commentkit.web import fields
from commentkit.web.api import OPERATIONS, Operation, Parameter
from commentkit.web.face import face_of
from commentkit.web.mount import API

_REF = "#/components/schemas/{model}"


async def openapi(request: Request) -> Response:
    """The document, with this site's limits and address."""
    face = face_of(request)
    return JSONResponse(document(face.house.limits(), f"{face.base(request)}{API}"))


def document(limits: Limits, server: str) -> dict[str, Any]:
    """The document.

    Args:
        limits: lengths and required fields, stated in the schema of a comment.
        server: the API's address.
    """
    answers = {model for each in OPERATIONS for model in each.answers.values() if model}
    taken = {each.takes for each in OPERATIONS if isinstance(each.takes, type)}
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "serialization") for model in sorted(answers, key=lambda model: model.__name__)),
        *((model, "validation") for model in sorted(taken, key=lambda model: model.__name__)),
    ]
    _, schemas = models_json_schema(modes, ref_template=_REF)
    definitions: dict[str, Any] = schemas["$defs"]
    definitions["NewComment"] = _object(fields.of_comment(limits), fields.required(limits))
    definitions["NewText"] = _object(fields.of_text(limits), ["body"])
    definitions["Erasure"] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["what"],
        "properties": {"what": {"type": "string", "enum": list(Erasure)}},
    }
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "commentkit", "version": "1"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"receipt": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": (operation.run.__doc__ or "").strip().splitlines()[0],
        "responses": {str(code): _answer(code, model) for code, model in operation.answers.items()},
    }
    if operation.parameters:
        described["parameters"] = [_parameter(each) for each in operation.parameters]
    if operation.takes:
        name = operation.takes if isinstance(operation.takes, str) else operation.takes.__name__
        content = {"application/json": {"schema": {"$ref": _REF.format(model=name)}}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.takes_receipt:
        described["security"] = [{"receipt": []}]
    return described


def _answer(code: int, model: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": "As asked" if code < 300 else "Not changed" if code == 304 else "Why not"
    }
    if model is not None:
        kind = "application/json" if code < 300 else "application/problem+json"
        answer["content"] = {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}
    return answer


def _parameter(parameter: Parameter) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "maxLength": parameter.longest, "pattern": parameter.pattern}
    if parameter.required:
        text["minLength"] = 1
    schema = text
    if parameter.many:
        schema = {"type": "array", "items": text, "minItems": 1, "maxItems": parameter.many}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "schema": schema,
        **({"style": "form", "explode": True} if parameter.many else {}),
    }


def _object(texts: Mapping[str, fields.Text], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {
            **{name: _text(each) for name, each in texts.items()},
            fields.CONFIRM: {"type": "boolean", "description": "Without advice for its writer."},
        },
    }


def _text(field: fields.Text) -> dict[str, Any]:
    stated = {
        "maxLength": field.longest,
        "minLength": field.shortest,
        "pattern": field.pattern,
        "description": field.about or field.wrong,
    }
    return {"type": "string", **{name: value for name, value in stated.items() if value}}
