//! A database per test: a file in a temporary folder, or a database on the server that `TEST_POSTGRES_URL` names
//! (`cargo xtask test` starts a throw-away one).

use std::sync::atomic::{AtomicU32, Ordering};

use domain::shard::Shards;
use persistence::{ConnectionTrait, Database, database::Wanted};
use tempfile::TempDir;

use crate::{citus, templates};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

#[derive(Debug)]
pub struct TestDatabase {
    pub database: Database,
    /// For opening it again, also from another process.
    pub url: String,
    _folder: Option<TempDir>,
    _on_server: Option<OnServer>,
}

/// A database on the server. It is dropped with the test: a thousand fill a disk.
#[derive(Debug)]
struct OnServer {
    url: String,
    on_citus: bool,
}

impl Drop for OnServer {
    fn drop(&mut self) {
        let (url, on_citus) = (self.url.clone(), self.on_citus);
        // The runtime of the test cannot wait here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                if on_citus {
                    return citus::drop(name_in(&url)).await;
                }
                let admin = Database::connect(&std::env::var("TEST_POSTGRES_URL").ok()?).await.ok()?;
                let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_in(&url));
                admin.connection().execute_unprepared(&drop).await.ok().map(|_| ())
            })
        });
        // The server is thrown away too, so a database that stays does no harm.
        let _ = dropped.join();
    }
}

impl TestDatabase {
    /// The name of a file.
    pub(crate) const FILE: &'static str = "test.sqlite";

    /// A new, migrated database. Without a PostgreSQL server, prints `skipped` and returns `None`; under CI it fails.
    pub async fn create(kind: Kind) -> Option<Self> {
        Self::create_with(kind, shards(kind)).await
    }

    /// On PostgreSQL, with eight shards.
    pub async fn create_sharded() -> Option<Self> {
        Self::create_in_shards(8).await
    }

    /// On PostgreSQL, with this many shards.
    pub async fn create_in_shards(shards: u16) -> Option<Self> {
        Self::create_with(Kind::Postgres, Shards::new(shards)).await
    }

    async fn create_with(kind: Kind, shards: Option<Shards>) -> Option<Self> {
        if kind == Kind::Postgres && std::env::var_os("TEST_ALL_ON_CITUS").is_some() {
            return Self::create_on_citus(shards.unwrap_or(Shards::ONE).count()).await;
        }
        let (url, folder) = Self::copy_template(kind, shards).await?;
        let mut database = Database::connect(&url).await.expect("the database opens");
        database.migrate(shards).await.expect("the database is up to date");
        let on_server = (kind == Kind::Postgres).then(|| OnServer { url: url.clone(), on_citus: false });
        Some(Self { database, url, _folder: folder, _on_server: on_server })
    }

    async fn copy_template(kind: Kind, shards: Option<Shards>) -> Option<(String, Option<TempDir>)> {
        match kind {
            Kind::Sqlite => {
                let (url, folder) = Self::create_empty(kind).await?;
                let path = folder.as_ref().map(|folder| folder.path().join(Self::FILE));
                std::fs::write(path.expect("the folder of the file"), templates::file().await).expect("a copy");
                Some((url, folder))
            }
            Kind::Postgres => {
                let template = templates::on_server(shards).await?;
                Some((create_postgres(&format!(" TEMPLATE {template}")).await?, None))
            }
        }
    }

    /// On the cluster that `TEST_CITUS_URL` names, with this many shards. Prints `skipped` without one, also under CI.
    pub async fn create_on_citus(shards: u16) -> Option<Self> {
        let url = Self::create_empty_on_citus().await?;
        let on_server = Some(OnServer { url: url.clone(), on_citus: true });
        let mut database = Database::connect(&url).await.expect("the database opens");
        let wanted = Wanted { shards: Shards::new(shards), on_citus: true };
        database.migrate_as(wanted).await.expect("the database is migrated");
        Some(Self { database, url, _folder: None, _on_server: on_server })
    }

    /// The URL of a database there without tables.
    pub async fn create_empty_on_citus() -> Option<String> {
        citus::create(&format!("test_{}_{}", std::process::id(), next())).await
    }

    /// Opens an existing one.
    pub async fn open(url: &str) -> Self {
        let database = Database::open(url, false).await.expect("the database opens");
        Self { database, url: url.into(), _folder: None, _on_server: None }
    }

    /// Opens an existing one with this many connections.
    pub async fn open_with(url: &str, connections: u32) -> Self {
        let database = Database::open_with(url, connections, false).await.expect("the database opens");
        Self { database, url: url.into(), _folder: None, _on_server: None }
    }

    /// The URL of a database without tables, and its folder.
    pub async fn create_empty(kind: Kind) -> Option<(String, Option<TempDir>)> {
        match kind {
            Kind::Sqlite => {
                let folder = TempDir::new().expect("a temporary folder");
                let url = format!("sqlite://{}", folder.path().join(Self::FILE).display());
                Some((url, Some(folder)))
            }
            Kind::Postgres => Some((create_postgres("").await?, None)),
        }
    }

    /// The URL of a new database on the server, created with these options of `CREATE DATABASE`.
    pub async fn create_on_server(options: &str) -> Option<String> {
        create_postgres(&format!(" {options}")).await
    }

    /// A copy. Copying requires that nobody is connected to the original, so that is closed.
    pub async fn duplicate(self) -> (String, Self) {
        let Self { database, url, _folder: folder, _on_server: on_server } = self;
        database.close().await.expect("the database closes");
        let copy = match &folder {
            Some(folder) => {
                let name = format!("copy-{}.sqlite", next());
                std::fs::copy(folder.path().join(Self::FILE), folder.path().join(&name)).expect("a copy");
                format!("sqlite://{}", folder.path().join(name).display())
            }
            None => create_postgres(&format!(" TEMPLATE {}", name_in(&url))).await.expect("there is a server"),
        };
        let database = Database::open(&url, false).await.expect("the database opens");
        (copy, Self { database, url, _folder: folder, _on_server: on_server })
    }
}

/// On PostgreSQL as many as `TEST_SHARDS` says: `cargo xtask test` runs all tests with one and with eight.
fn shards(kind: Kind) -> Option<Shards> {
    let asked = std::env::var("TEST_SHARDS").ok().filter(|_| kind == Kind::Postgres)?;
    Some(asked.parse().ok().and_then(Shards::new).expect("TEST_SHARDS is a number from 1 to 1,024"))
}

async fn create_postgres(template: &str) -> Option<String> {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "TEST_POSTGRES_URL is not set: run cargo xtask test");
        eprintln!("skipped: TEST_POSTGRES_URL is not set; cargo xtask test sets it");
        return None;
    };
    let name = format!("test_{}_{}", std::process::id(), next());
    let admin = Database::connect(&server).await.expect("the server answers");
    let created = admin.connection().execute_unprepared(&format!("CREATE DATABASE {name}{template}")).await;
    created.expect("a database is created");
    admin.close().await.expect("the connection closes");
    let (before, parameters) = server.split_once('?').unwrap_or((&server, ""));
    let base = before.rsplit_once('/').map_or(before, |(base, _)| base);
    Some(format!("{base}/{name}?{parameters}"))
}

/// The parameters contain the path of a socket.
pub(crate) fn name_in(url: &str) -> &str {
    let before = url.split('?').next().unwrap_or(url);
    before.rsplit('/').next().unwrap_or(before)
}

fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
