-- What the relay holds. Every `sealed` is encrypted under the key in its `cell`; destroying the cell destroys it.
-- No column has a time finer than a day, an address, or anything that links two rows of one contact.

CREATE TABLE tray (
    sequence INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    day INTEGER NOT NULL,
    cell INTEGER,
    sealed BLOB
) STRICT;

CREATE TABLE log (
    sequence INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    day INTEGER NOT NULL,
    cell INTEGER,
    sealed BLOB
) STRICT;

CREATE TABLE slot (
    key BLOB NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    day INTEGER NOT NULL,
    cell INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE statement (
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (kind, number)
) STRICT;

-- The last place given out in each sequence, so that none is given out twice.
CREATE TABLE last_place (
    sequence TEXT PRIMARY KEY,
    place INTEGER NOT NULL
) STRICT;

INSERT INTO last_place (sequence, place) VALUES ('tray', 0), ('log', 0);

-- Cells whose rows are gone and whose keys are about to be destroyed; empty but for the moment after a crash.
CREATE TABLE dying_cell (
    cell INTEGER NOT NULL
) STRICT;

-- Which end of a move this store is; no row in one that a relay may serve from. The header's application_id tells the
-- same to whoever looks at the file without opening it.
CREATE TABLE moving (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    condition INTEGER NOT NULL,
    id BLOB NOT NULL,
    line BLOB NOT NULL
) STRICT;
