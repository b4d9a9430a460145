"""The web server of our own shop, behind a proxy.

    gunicorn -c config/gunicorn.conf.py 'storefront.app:create_app()'

Nothing is read here but the shop's own settings. How many processes there are is said by
WEB_CONCURRENCY, which gunicorn reads itself; without it there is one.
"""

import gc

from storefront.settings import Settings

_settings = Settings()

bind = f"127.0.0.1:{_settings.port}"
worker_class = "gthread"
threads = _settings.web_threads
timeout = 60
graceful_timeout = 30  # a checkout may be waiting for Stripe
keepalive = 5  # longer than the proxy's pause between two requests
loglevel = "warning"
control_socket_disable = True


def post_worker_init(_worker: object) -> None:
    """Spare what all requests share: a search of it for garbage stopped a request for 0.3 s."""
    gc.collect()
    gc.freeze()
