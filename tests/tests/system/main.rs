//! Tests of the programs and of the layers below the API, one file per capability.
//!
//! One binary, since linking one per file would take longer than the tests.

mod adding_a_field;
mod adding_a_segment;
mod certifications;
mod clocks;
mod command_line;
mod commands_on_record;
mod concurrency;
mod criteria_agree;
mod cycles;
mod derived_texts;
mod docs_criteria;
mod erasure;
mod faults;
mod foreign;
mod gone;
mod history;
mod import;
mod incremental;
mod incremental_histories;
mod joined;
mod killed;
mod layers;
mod lock_order;
mod locked;
mod old_sentences;
mod oulad;
mod oulad_example;
mod plans;
mod poolers;
mod pull;
mod runs;
mod same_state;
mod schema;
mod server;
mod server_config;
mod server_only_reads;
mod shards;
mod status;
mod stays;
mod text_search;
mod texts_of_enums;
mod tls;
mod urls;
mod words;
