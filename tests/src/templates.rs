//! Migrated databases, which those of the tests are copies of: copying takes a fraction of the time of migrating.

use std::{collections::BTreeMap, fs};

use domain::shard::Shards;
use persistence::Database;
use tokio::sync::{Mutex, OnceCell};

use crate::databases::{Kind, TestDatabase, name_in};

/// The content of a file.
pub(crate) async fn file() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let make = async || {
        let (url, folder) = TestDatabase::create_empty(Kind::Sqlite).await.expect("a file needs no server");
        migrate(&url, None).await;
        let folder = folder.expect("the folder of the file");
        fs::read(folder.path().join(TestDatabase::FILE)).expect("the file")
    };
    FILE.get_or_init(make).await
}

/// The name of a database on the server, with this many shards.
pub(crate) async fn on_server(shards: Option<Shards>) -> Option<String> {
    static NAMES: Mutex<BTreeMap<u16, String>> = Mutex::const_new(BTreeMap::new());
    let mut names = NAMES.lock().await;
    let count = shards.unwrap_or(Shards::ONE).count();
    if let Some(name) = names.get(&count) {
        return Some(name.clone());
    }
    let (url, _) = TestDatabase::create_empty(Kind::Postgres).await?;
    migrate(&url, shards).await;
    let name = name_in(&url).to_owned();
    names.insert(count, name.clone());
    Some(name)
}

/// Nobody is connected afterwards: copying requires that.
async fn migrate(url: &str, shards: Option<Shards>) {
    let mut database = Database::connect(url).await.expect("the database opens");
    database.migrate(shards).await.expect("the database is migrated");
    database.close().await.expect("the database closes");
}
