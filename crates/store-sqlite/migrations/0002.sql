-- Which end of a move this store is; no row in one that a relay may serve from. The header's application_id tells the
-- same to whoever looks at the file without opening it.
CREATE TABLE moving (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    condition INTEGER NOT NULL,
    id BLOB NOT NULL,
    line BLOB NOT NULL
) STRICT;
