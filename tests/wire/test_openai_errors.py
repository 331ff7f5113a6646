import json

from podium.wire.formats import WireError
from podium.wire.openai_errors import encode_error


def test_all_four_fields_are_there():
    """An error has message, type, param and code, null where there is nothing to say."""
    body = json.loads(encode_error(WireError(403, "forbidden", "No.")))
    assert body == {
        "error": {"message": "No.", "type": "permission_error", "param": None, "code": "forbidden"}
    }
    body = json.loads(encode_error(WireError(400, "invalid_request", "n is 0.", "n")))
    assert body["error"]["param"] == "n"
