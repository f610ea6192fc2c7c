-- A file is never distributed.
ALTER TABLE deployment ADD COLUMN citus INTEGER NOT NULL DEFAULT 0 CHECK (citus = 0);
