# The site in one image. With PARCELWATCH_SITE_DATABASE_URL it serves the bureau's own database;
# without, the private cluster starts inside and keeps its data in the volume /state:
#
#   docker build --tag parcelwatch .
#   docker run --init --network host --env PARCELWATCH_SITE_DATABASE_URL=postgresql://... parcelwatch
#   docker run --init --network host --volume parcelwatch:/state parcelwatch demo
#
# The site listens on the loopback address, for a proxy that speaks HTTPS: hence the host's network.
# Accounts are made inside: docker exec CONTAINER parcelwatch accounts add NAME --role administrator
#
# Without a network: docs/operation.md says how the stages system and assets are carried over, and
# what WHEELS=1 takes from the directory wheels/.

ARG SYSTEM=system
ARG ASSETS=assets

FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim-bookworm AS system
# Debian's own cluster is not wanted, and its packages expect directories a slim image lacks.
RUN mkdir -p /usr/share/man/man1 /usr/share/man/man7 \
    && apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-common \
    && sed -i "s/^#create_main_cluster.*/create_main_cluster = false/" /etc/postgresql-common/createcluster.conf \
    && apt-get install --yes --no-install-recommends postgresql-15-postgis-3 fontconfig fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 parcelwatch \
    && install --directory --owner=parcelwatch --group=parcelwatch --mode=700 /state \
    && install --directory --owner=parcelwatch --group=parcelwatch /app /app/out

FROM ${ASSETS} AS packages

FROM ${SYSTEM} AS build
ARG WHEELS=""
WORKDIR /app
RUN python -m venv .venv
COPY constraints.txt wheel[s]/* /wheels/
COPY setup.cfg pyproject.toml README.md ./
COPY geodata geodata
COPY service service
COPY migrations migrations
RUN .venv/bin/pip install --no-cache-dir ${WHEELS:+--no-index --find-links /wheels} \
    --constraint /wheels/constraints.txt --editable .

FROM ${SYSTEM}
WORKDIR /app
COPY --from=build /app .
COPY --from=packages /app/node_modules node_modules
COPY config.toml .

USER parcelwatch
ENV PATH=/app/.venv/bin:$PATH XDG_STATE_HOME=/state PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME /state
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen as o; o('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["parcelwatch"]
CMD ["serve"]
