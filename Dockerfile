# The image of every Ballast service; docker-compose.yml says which command each one runs.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 BALLAST_VAR=/srv/ballast/var
WORKDIR /srv/ballast
COPY requirements.txt .
RUN pip install --require-hashes --no-deps -r requirements.txt
COPY manage.py ./
COPY portfolio_site portfolio_site
COPY accounts accounts
COPY holdings holdings
COPY optimizer optimizer
COPY templates templates
COPY static static
RUN useradd --system --home-dir /srv/ballast ballast \
    && SECRET_KEY=only-while-building python manage.py collectstatic --noinput --ignore rest_framework \
    && chown -R ballast var
USER ballast
EXPOSE 8000
CMD ["gunicorn", "-c", "python:portfolio_site.gunicorn_conf", "-b", "0.0.0.0:8000"]
