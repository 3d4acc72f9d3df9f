-- What the relays of one line hold. No column has a time finer than a day, an address, or anything that links two rows
-- of one contact. A deleted row's bytes stay in the files of PostgreSQL until it uses their place again.

CREATE TABLE tray (
    sequence BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    day INTEGER NOT NULL,
    envelope BYTEA
);

CREATE TABLE log (
    sequence BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    day INTEGER NOT NULL,
    envelope BYTEA
);

CREATE TABLE slot (
    key BYTEA PRIMARY KEY,
    hash BYTEA NOT NULL,
    day INTEGER NOT NULL,
    content BYTEA NOT NULL
);

CREATE TABLE statement (
    kind INTEGER NOT NULL,
    number BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (kind, number)
);

-- One row, which every change locks first: the last places given out, so that none is given out twice, and how often
-- statements were put, so that a relay notices another's.
CREATE TABLE line (
    one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    tray BIGINT NOT NULL,
    log BIGINT NOT NULL,
    statements BIGINT NOT NULL
);

INSERT INTO line (tray, log, statements) VALUES (0, 0, 0);

-- Sealed bytes do not get smaller by compression.
ALTER TABLE tray ALTER COLUMN envelope SET STORAGE EXTERNAL;
ALTER TABLE log ALTER COLUMN envelope SET STORAGE EXTERNAL;
ALTER TABLE slot ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE INDEX tray_day ON tray (day);
CREATE INDEX slot_day ON slot (day);

-- What is deleted is to be overwritten soon, also in a small line.
ALTER TABLE tray SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 600);
ALTER TABLE slot SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 600);
