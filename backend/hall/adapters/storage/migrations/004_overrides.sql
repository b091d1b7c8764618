-- One order of an admin a target: the latest. domain '' means the server itself. kind is awake or
-- asleep, until is NULL for "wake now" and "sleep now", which end by themselves; lasts says that it
-- was ordered for a length of time; use before use_before does not count.
CREATE TABLE overrides (
    server     TEXT NOT NULL,
    domain     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    until      REAL,
    lasts      INTEGER NOT NULL,
    use_before REAL,
    at         REAL NOT NULL,
    PRIMARY KEY (server, domain)
) WITHOUT ROWID;

-- There were four kinds, of which a hold and one of called and dismissed could stand together.
INSERT INTO overrides
SELECT
    server,
    domain,
    CASE
        WHEN max(until) IS NOT NULL THEN max(CASE WHEN until IS NOT NULL THEN kind END)
        WHEN max(kind = 'called') THEN 'awake'
        ELSE 'asleep'
    END,
    max(until),
    0,
    max(CASE WHEN kind = 'dismissed' THEN at END),
    max(at)
FROM holds WHERE kind <> 'rested' GROUP BY server, domain;

-- Of a domain: the last sign that it is in use, and when Hall stopped its containers.
CREATE TABLE uses (
    domain    TEXT PRIMARY KEY,
    at        REAL,
    kind      TEXT,
    rested_at REAL
) WITHOUT ROWID;

INSERT INTO uses SELECT domain, at, kind, NULL FROM activity;
INSERT INTO uses (domain, rested_at) SELECT domain, at FROM holds WHERE kind = 'rested'
ON CONFLICT (domain) DO UPDATE SET rested_at = excluded.rested_at;

DROP TABLE holds;
DROP TABLE activity;
