"""How the log of endpoints reads."""

from apps.tenancy.timeline import Wording

ENDPOINT = Wording(
    table="webhooks_endpoint",
    labels={"url": "Address", "description": "Description", "events": "Events", "state": "State",
            "paused_reason": "Reason", "secret": "Secret"},
    # The log holds ciphertext; that the secret changed may be seen, what it is may not.
    show={"secret": lambda _: "protected"},
)  # fmt: skip
