-- PostgreSQL keeps binary JSON already.
COMMENT ON COLUMN user_attributes.compared IS 'in the form that rules compare';
