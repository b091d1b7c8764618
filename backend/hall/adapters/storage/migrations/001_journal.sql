-- Times are seconds since the Unix epoch, UTC. A reason is kept twice: its code for counting,
-- its English sentence for reading. domain '' means the server itself.

CREATE TABLE transitions (
    at     REAL NOT NULL,
    server TEXT NOT NULL,
    domain TEXT NOT NULL,
    before TEXT NOT NULL,
    after  TEXT NOT NULL,
    code   TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (at, server, domain, before, after)
) WITHOUT ROWID;

CREATE TABLE wakes (
    id         TEXT PRIMARY KEY,
    server     TEXT NOT NULL,
    domain     TEXT NOT NULL,
    trigger    TEXT NOT NULL,
    attempt    INTEGER NOT NULL,
    started_at REAL NOT NULL,
    packets    INTEGER NOT NULL,
    ended_at   REAL,
    outcome    TEXT,
    code       TEXT,
    reason     TEXT
);

CREATE INDEX wakes_by_domain ON wakes (domain, started_at);

-- took_s is NULL until the stage is reached, and so is reached_at.
CREATE TABLE stages (
    wake_id    TEXT NOT NULL REFERENCES wakes (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    expected_s REAL,
    took_s     REAL,
    waited     INTEGER NOT NULL,
    reached_at REAL,
    PRIMARY KEY (wake_id, name)
) WITHOUT ROWID;

CREATE TABLE visits (
    at     REAL NOT NULL,
    server TEXT NOT NULL,
    domain TEXT NOT NULL,
    kind   TEXT NOT NULL
);

CREATE TABLE refusals (
    at      REAL NOT NULL,
    server  TEXT NOT NULL,
    domain  TEXT NOT NULL,
    address TEXT NOT NULL,
    code    TEXT NOT NULL,
    reason  TEXT NOT NULL
);
