"""The recipe of the documentation proves our messages and no others."""

import re
from pathlib import Path
from typing import Any

from apps.core import clock
from apps.webhooks.signatures import headers, new_secret

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api" / "webhooks.md"


def test_the_recipe_proves_ours_and_no_other() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    room: dict[str, Any] = {}
    exec(code, room)
    is_ours, secret, body = room["is_ours"], new_secret(), b'{"id":"1"}'
    sent = headers(keys=[new_secret(), secret], event_id="1", at=clock.now(), body=body)
    assert is_ours(sent, body, secret)
    assert not is_ours(sent, body + b" ", secret)
    assert not is_ours(sent, body, new_secret())
    assert not is_ours({**sent, "webhook-id": "2"}, body, secret)
    assert not is_ours({**sent, "webhook-timestamp": "1700000000"}, body, secret)
