-- Sleeping: what was ordered and what came of it; why a server is kept awake or let go; what must
-- be known again after a restart. domain '' means the server itself.

CREATE TABLE sleeps (
    id         TEXT PRIMARY KEY,
    server     TEXT NOT NULL,
    announced  INTEGER NOT NULL,
    ordered_at REAL NOT NULL,
    why_code   TEXT NOT NULL,
    why        TEXT NOT NULL,
    ended_at   REAL,
    ending     TEXT,
    code       TEXT,
    reason     TEXT
);

CREATE INDEX sleeps_by_server ON sleeps (server, ordered_at);

CREATE TABLE verdicts (
    at     REAL NOT NULL,
    server TEXT NOT NULL,
    domain TEXT NOT NULL,
    code   TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (at, server, domain, code)
) WITHOUT ROWID;

-- The last sign that a domain is in use.
CREATE TABLE activity (
    domain TEXT PRIMARY KEY,
    at     REAL NOT NULL,
    kind   TEXT NOT NULL
) WITHOUT ROWID;

-- strikes, after, code and details: sleep orders in a row that did not last, and why.
CREATE TABLE power (
    server   TEXT PRIMARY KEY,
    up_since REAL,
    down_since REAL,
    slept_at REAL,
    strikes  INTEGER NOT NULL,
    after    REAL NOT NULL,
    code     TEXT,
    details  TEXT
) WITHOUT ROWID;

-- until is NULL for "wake now" (called), "sleep now" (dismissed) and containers that Hall stopped
-- (rested), which end by themselves.
CREATE TABLE holds (
    server TEXT NOT NULL,
    domain TEXT NOT NULL,
    kind   TEXT NOT NULL,
    until  REAL,
    at     REAL NOT NULL,
    PRIMARY KEY (server, domain, kind)
) WITHOUT ROWID;
