# The gateway, for a small machine that stays on. Build with another base where needed:
#   docker build --build-arg BASE=python:3.11-slim .
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python3 -m venv /opt/hall && python3 -m venv /opt/build \
 && /opt/hall/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock \
 && /opt/build/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY backend backend
COPY frontend frontend
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /opt/build . \
 && /opt/hall/bin/pip install --no-deps --no-index /opt/build/*.whl

FROM ${BASE}
COPY --from=build /opt/hall /opt/hall
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin hall \
 && mkdir -p /config /data && chown hall /data && chmod 700 /data
ENV PATH=/opt/hall/bin:$PATH PYTHONUNBUFFERED=1 \
    HALL_CONFIG=/config/domains.json HALL_DATA=/data HALL_HOST=0.0.0.0 HALL_PORT=8080
USER hall
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD \
    ["python3", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['HALL_PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["hall"]
CMD ["serve"]
