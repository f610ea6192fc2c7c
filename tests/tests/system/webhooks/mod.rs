//! Webhooks: what is written for them, what endpoints get, and what becomes of endpoints that fail.

mod outbox;
