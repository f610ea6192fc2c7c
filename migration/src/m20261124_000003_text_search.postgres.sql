-- Finds a text within the folded texts without reading every user. The extension may be missing from the server, or its
-- creation be refused; then searches read every user, as before, and docs/OPERATIONS.md says how to add the index later.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    -- One index for all texts: a write of a user touches one. The last is what a search of members looks in.
    CREATE INDEX users_text ON users USING gin (
        email_folded gin_trgm_ops,
        first_name_folded gin_trgm_ops,
        last_name_folded gin_trgm_ops,
        (coalesce(first_name_folded, '') || ' ' || coalesce(last_name_folded, '')) gin_trgm_ops
    );
EXCEPTION
    -- Undefined: the extension is there, in a schema that is not on the search path.
    WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
        RAISE WARNING 'no index for text search: %', SQLERRM;
END
$$;
