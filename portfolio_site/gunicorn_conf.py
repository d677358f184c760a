"""How gunicorn runs the site, embedded and in a container alike; WEB_CONCURRENCY sets the number of processes."""

import os

wsgi_app = "portfolio_site.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = 8
preload_app = True
timeout = 60
graceful_timeout = 5
control_socket_disable = True
