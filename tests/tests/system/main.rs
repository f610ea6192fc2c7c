//! The programs and the layers below the API: a file for each capability.
//!
//! One binary, since linking one for each file takes longer than the tests.

mod adding_a_field;
mod clocks;
mod command_line;
mod concurrency;
mod criteria_agree;
mod cycles;
mod docs_criteria;
mod erasure;
mod faults;
mod history;
mod import;
mod incremental;
mod incremental_histories;
mod killed;
mod layers;
mod lock_order;
mod locked;
mod old_sentences;
mod oulad;
mod oulad_example;
mod plans;
mod pull;
mod runs;
mod schema;
mod server;
mod server_only_reads;
mod status;
mod text_search;
mod texts_of_enums;
mod tls;
