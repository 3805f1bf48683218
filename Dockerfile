# The API and the worker in one image: `api`, `worker`, `migrate` and the other commands of `skillprofile`.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /opt/packages \
 && /opt/packages/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.lock

FROM python:3.11-slim
COPY --from=packages /opt/packages /opt/packages
WORKDIR /app
COPY LICENSE ./
COPY migrations migrations
COPY service service
COPY worker worker
RUN python -m compileall -q service worker migrations \
 && groupadd --gid 10001 skillprofile \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent skillprofile \
 && install --directory --owner skillprofile --group skillprofile --mode 700 /var/lib/skillprofile/inbox
ENV PATH=/opt/packages/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# By number, so that a cluster that forbids root can tell.
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "service.cli"]
CMD ["api", "--host", "0.0.0.0"]
