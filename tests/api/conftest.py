"""A program that speaks to the REST interface."""

import json

import pytest

from tests.factories import organizations as make


class Program:
    """A client with a token; every call returns the answer with its JSON as `data`."""

    def __init__(self, client, text):
        self.client, self.text = client, text

    def __call__(self, method, path, body=None, **headers):
        extra = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        call = getattr(self.client, method)
        answer = call(f"/api/v1/{path}", HTTP_AUTHORIZATION=f"Bearer {self.text}", **content, **extra)
        is_json = not answer.streaming and answer.content and "json" in answer["Content-Type"]
        answer.data = json.loads(answer.content) if is_json else None
        return answer


@pytest.fixture
def program(client):
    """Return a function that makes a program acting for a member with some permissions."""

    def make_program(actor, *permissions):
        return Program(client, make.token(actor, *permissions))

    return make_program
