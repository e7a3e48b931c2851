"""Which names the API server answers to.

Whoever reaches it is administrator, so it listens on the loopback alone. A page on the web could still have a name of its
own lead there (DNS rebinding), and ask in the name of whoever looks at it; its requests then bear that name, and are
turned away with 400. `ALLOWED_HOSTS` allows more of them, with commas between: `airflow.example.org,*.intranet`.
"""

import os
from urllib.parse import urlsplit

from airflow.plugins_manager import AirflowPlugin
from starlette.middleware.trustedhost import TrustedHostMiddleware


def allowed_hosts():
    """The loopback, the name by which the tasks report, and what the user adds."""
    own = urlsplit(os.environ.get("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "")).hostname
    added = os.environ.get("ALLOWED_HOSTS", "").split(",")
    return [name for name in ("localhost", "127.0.0.1", own, *map(str.strip, added)) if name]


class AllowedHosts(AirflowPlugin):
    """The first thing that a request meets."""

    name = "allowed_hosts"
    fastapi_root_middlewares = [
        {
            "name": "allowed hosts",
            "middleware": TrustedHostMiddleware,
            "args": [],
            "kwargs": {"allowed_hosts": allowed_hosts(), "www_redirect": False},
        }
    ]
