import json

from podium.wire.openai_errors import encode_error


def test_all_four_fields_are_there():
    """An error has message, type, param and code, null where there is nothing to say."""
    body = json.loads(encode_error(message="No.", code="forbidden", type_="permission_error"))
    assert body == {
        "error": {"message": "No.", "type": "permission_error", "param": None, "code": "forbidden"}
    }
    body = json.loads(encode_error(message="n is 0.", code="invalid_request", type_="t", param="n"))
    assert body["error"]["param"] == "n"
