"""What the tasks have in common that use the key of France Travail: `step(.., **FRANCE_TRAVAIL)`."""

FRANCE_TRAVAIL = {
    # One slot: the service counts the calls of a key, not those of a task.
    "pool": "france_travail",
    "secrets": ("FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY"),
    "variables": ("FRANCE_TRAVAIL_AUTH_URL", "FRANCE_TRAVAIL_API_URL", "FRANCE_TRAVAIL_RATE"),
}
