//! Tests of the API: one file per method, by resource, and what holds for all methods.
//!
//! One binary, since linking one per file would take longer than the tests.

mod adding_a_method;
mod alerts;
mod attributes;
mod audit;
mod audited;
mod authorization;
mod bad_input;
mod callers;
mod connections;
mod criteria;
mod custom_segments;
mod events;
mod every_method;
mod full_disk;
mod goals;
mod hostile;
mod http;
mod in_flight;
mod ingest;
mod lost_races;
mod members;
mod no_person_in_logs;
mod overrides;
mod protocol;
mod reports;
mod runs;
mod segments;
mod server;
mod slow_clients;
mod sockets;
mod statements_of_a_day;
mod sync;
mod tokens;
mod users;
mod webhooks;
