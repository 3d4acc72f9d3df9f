-- Which end of a move this store is, if it is one (condition 0: none, and relays may serve from it), of which move and line.
ALTER TABLE line
    ADD COLUMN condition INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN move_id BYTEA,
    ADD COLUMN move_line BYTEA;
