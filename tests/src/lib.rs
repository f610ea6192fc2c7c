//! Shared by the integration tests: databases, a world to fill them with, and the real programs.

#![allow(clippy::print_stderr, reason = "a test says so where it skips something")]

mod api;
mod citus;
mod databases;
pub mod example_world;
pub mod file_graph;
mod host;
mod hostile;
mod mail;
mod node_receiver;
mod oracle;
mod plans;
mod pooler;
mod prism;
mod program;
mod receiver;
mod server;
pub mod streaks;
mod tables;
mod templates;
mod world;

pub use api::{Api, RpcError, options};
pub use databases::{Kind, TestDatabase};
pub use host::{Dates, Host};
pub use hostile::{Hostile, hostile_calls};
pub use mail::{MailWorld, run_beside};
pub use node_receiver::NodeReceiver;
pub use oracle::{Oracle, Question};
pub use plans::Explaining;
pub use pooler::Pooler;
pub use prism::Prism;
pub use program::{Ended, Program};
pub use receiver::{Got, Receiver, Reply, is_signed};
pub use server::{Server, post, post_event};

/// The folder of shared data for tests. Prints `skipped` if it is missing.
pub fn shared_data(folder: &str) -> Option<std::path::PathBuf> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(folder);
    if !path.exists() {
        eprintln!("skipped: {} is missing", path.display());
        return None;
    }
    Some(path)
}

pub use world::{NOW, World, ago, at, event, moment, now, quiz, user, write_attempts, write_users};

/// Runs each test on both databases, as `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {$(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn on(kind: $crate::Kind) {
                let Some(test_database) = $crate::TestDatabase::create(kind).await else { return };
                #[allow(unused_mut)]
                let mut $world = $crate::World::new(test_database);
                $body
            }

            #[tokio::test]
            async fn sqlite() {
                on($crate::Kind::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                on($crate::Kind::Postgres).await;
            }
        }
    )*};
}
