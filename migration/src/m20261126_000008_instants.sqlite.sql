-- Instants are text here, and one that cannot be read is a fault of one user. There is nothing to do.
SELECT 1;
