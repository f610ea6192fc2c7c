//! Webhooks: what is written for them, what endpoints get, and what becomes of endpoints that fail.

mod alerts;
mod commands;
mod endpoints;
mod histories;
mod killed;
mod outbox;
mod world;
