mod record_quiz_attempts;
mod upsert_users;
