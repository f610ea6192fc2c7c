//! PostgreSQL over TLS, as hosted databases require, with certificates of the test's own authority.

use integration_tests::{Ended, Kind, Program, TestDatabase, World};
use persistence::Database;
use tempfile::TempDir;

/// A database on a server with TLS, and a user with a password.
struct Secured {
    /// As a superuser, over the socket.
    world: World,
    port: String,
    name: String,
    folder: TempDir,
}

impl Secured {
    async fn create() -> Option<Self> {
        let world = World::new(TestDatabase::create(Kind::Postgres).await?);
        let asked = "SELECT current_setting('ssl'), current_setting('port'), CAST(current_database() AS text)";
        let (ssl, port, name) = world.query::<(String, String, String)>(asked).await.remove(0);
        if ssl != "on" {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "the server has no TLS: is openssl installed?");
            return None;
        }
        world
            .execute(&format!("CREATE ROLE {name} LOGIN PASSWORD 'CANARY'; ALTER DATABASE {name} OWNER TO {name}"))
            .await;
        world.execute(&format!("GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")).await;
        let folder = TempDir::new().expect("a temporary folder");
        let root = world.query::<(String,)>("SELECT pg_read_file('root.crt')").await.remove(0).0;
        std::fs::write(folder.path().join("root.crt"), root).expect("a file");
        Some(Self { world, port, name, folder })
    }

    fn url(&self, host: &str, parameters: &str) -> String {
        let Self { port, name, folder, .. } = self;
        let parameters = parameters.replace("ROOT", &folder.path().join("root.crt").display().to_string());
        format!("postgres://{name}:CANARY@{host}:{port}/{name}?{parameters}")
    }

    fn status(&self, host: &str, parameters: &str) -> Ended {
        Program::engine(&self.url(host, parameters)).args(["status"]).run()
    }
}

#[tokio::test]
async fn tls_is_as_strict_as_the_url_says() {
    let Some(secured) = Secured::create().await else { return };
    for (host, parameters, is_encrypted) in [
        ("localhost", "sslmode=disable", false),
        ("localhost", "", true),
        ("localhost", "sslmode=require", true),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=ROOT", true),
        ("localhost", "sslmode=verify-full&sslrootcert=ROOT", true),
    ] {
        let database = Database::connect(&secured.url(host, parameters)).await.expect("it is let in");
        let world = World::new(TestDatabase::open(&secured.url(host, parameters)).await);
        let encrypted = world.query::<(bool,)>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").await;
        assert_eq!(encrypted, [(is_encrypted,)], "{host} {parameters}");
        database.close().await.expect("it closes");
        secured.status(host, parameters).expect(0);
    }
    secured.world.verify().await;
}

#[tokio::test]
async fn tls_refuses_a_certificate_that_does_not_prove_the_server() {
    let Some(secured) = Secured::create().await else { return };
    let refused = "cannot encrypt the connection: the server's certificate is not from a known authority, or not for the \
                   host in the URL";
    for (host, parameters, said) in [
        ("localhost", "sslmode=verify-full", refused),
        ("localhost", "sslmode=verify-ca", refused),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=ROOT", refused),
        ("localhost", "sslmode=verify-full&sslrootcert=/no/such.pem", "the database cannot be opened: "),
        ("localhost", "sslmode=sometimes", "the database URL cannot be read"),
    ] {
        let ended = secured.status(host, parameters);
        assert!(ended.code > 0 && ended.errors.contains(said), "{host} {parameters}: {}", ended.errors);
        assert!(!ended.errors.contains("CANARY"), "{}", ended.errors);
    }
    let wrong = secured.url("localhost", "sslmode=require").replace("CANARY", "guessed");
    let ended = Program::engine(&wrong).args(["status"]).run().expect(1);
    assert_eq!(ended.errors, "error: the database cannot be opened: the server refused the user or the password\n");
}
