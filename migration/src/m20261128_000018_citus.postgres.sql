-- Whether the tables are distributed over the nodes of a Citus cluster.
ALTER TABLE deployment ADD COLUMN citus boolean NOT NULL DEFAULT false;
