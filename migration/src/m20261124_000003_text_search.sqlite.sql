-- Every three letters in a row of the folded texts, so that a text within them is found without reading every user. The
-- index holds no text of its own: what it covers is in the view, and what is indexed is written beside every write of users.
-- No positions either (detail=column): it only narrows down, the exact test stands beside it.
CREATE VIEW users_searchable AS
SELECT no, email_folded AS email,
       coalesce(first_name_folded, '') || ' ' || coalesce(last_name_folded, '') AS name
FROM users;
CREATE VIRTUAL TABLE users_text USING fts5 (
    email, name,
    content = 'users_searchable', content_rowid = 'no', columnsize = 0, detail = 'column',
    tokenize = 'trigram case_sensitive 1'
);
-- An erased user leaves nothing behind in it.
INSERT INTO users_text (users_text, rank) VALUES ('secure-delete', 1);
INSERT INTO users_text (rowid, email, name) SELECT no, email, name FROM users_searchable;
