//! PostgreSQL over TLS, as hosted databases require, with certificates of the test's own authority.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use integration_tests::{Ended, Kind, Program, TestDatabase, World};
use persistence::{Database, host::Host};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

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
    let unknown = "cannot encrypt the connection: the certificate of the server is not from a known authority";
    let other_host = "cannot encrypt the connection: the certificate of the server is not for the host in the URL";
    let missing = "the database cannot be opened: /no/such.pem, which sslrootcert of the URL names, cannot be read: there \
                   is no such file";
    for (host, parameters, said) in [
        ("localhost", "sslmode=verify-full", unknown),
        ("localhost", "sslmode=verify-ca", unknown),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=ROOT", other_host),
        ("localhost", "sslmode=verify-full&sslrootcert=/no/such.pem", missing),
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

/// A server whose TLS is that of OpenSSL with a certificate of its own, and whose connections without TLS are PostgreSQL's.
struct OtherTls {
    openssl: Child,
    port: u16,
    listening: JoinHandle<()>,
}

impl OtherTls {
    /// With a certificate of X.509 version 1, as a server makes one for itself.
    async fn start(secured: &Secured, address: &str) -> Self {
        let (key, request, certificate) = ("server.key", "server.csr", "server.crt");
        let folder = secured.folder.path();
        for arguments in [
            format!("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout {key} -out {request}"),
            format!("x509 -req -in {request} -signkey {key} -days 2 -out {certificate}"),
        ] {
            let made =
                Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().expect("openssl");
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        let arguments = format!("s_server -accept 127.0.0.1:0 -cert {certificate} -key {key}");
        let mut openssl = Command::new("openssl");
        openssl.args(arguments.split(' ')).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut openssl = openssl.stderr(Stdio::null()).spawn().expect("openssl");
        let mut lines = BufReader::new(openssl.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let accept = lines.find_map(|line| line.strip_prefix("ACCEPT ").map(str::to_owned)).expect("it listens");
        std::thread::spawn(move || lines.for_each(drop));

        let listener = TcpListener::bind(address).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let plain = format!("127.0.0.1:{}", secured.port);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, accept.clone(), plain.clone()));
            }
        });
        Self { openssl, port, listening }
    }
}

impl Drop for OtherTls {
    fn drop(&mut self) {
        self.listening.abort();
        let _ = self.openssl.kill();
        let _ = self.openssl.wait();
    }
}

async fn forward(mut client: TcpStream, encrypted: String, plain: String) -> std::io::Result<()> {
    let mut first = [0; 8];
    client.read_exact(&mut first).await?;
    let asks_for_tls = first == [0, 0, 0, 8, 4, 210, 22, 47];
    let mut server = TcpStream::connect(if asks_for_tls { encrypted } else { plain }).await?;
    if asks_for_tls {
        client.write_all(b"S").await?;
    } else {
        server.write_all(&first).await?;
    }
    copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

/// As libpq does: what is only preferred is done without, and what is required is not.
#[tokio::test]
async fn tls_that_fails_is_done_without_where_it_is_only_preferred() {
    let Some(mut secured) = Secured::create().await else { return };
    let other = OtherTls::start(&secured, "127.0.0.1:0").await;
    secured.port = other.port.to_string();
    let version = "error: the database cannot be opened: cannot encrypt the connection: the certificate of the server \
                   is of X.509 version 1, which this program cannot read. The server needs one of version 3\n";
    for (parameters, code, said) in [
        ("", 0, ""),
        ("sslmode=prefer", 0, ""),
        ("sslmode=disable", 0, ""),
        ("sslmode=require", 1, version),
        ("sslmode=verify-ca&sslrootcert=ROOT", 1, version),
        ("sslmode=verify-full&sslrootcert=ROOT", 1, version),
    ] {
        // Not on this thread, which forwards.
        let url = secured.url("localhost", parameters);
        let engine = Program::engine(&url).args(["status"]);
        let ended = tokio::task::spawn_blocking(move || engine.run()).await.expect("it ends").expect(code);
        assert_eq!(ended.errors, said, "{parameters}");
        match Host::connect(&url).await {
            Ok(host) => host.close().await.expect("it closes"),
            Err(refused) => assert_eq!(format!("error: {refused}\n"), said, "{parameters}"),
        }
        assert_eq!(Host::connect(&url).await.is_ok(), code == 0, "{parameters}");
    }
    // Further connections of the pool, and those of query slots, go the same way.
    let database = Database::open(&secured.url("localhost", ""), false).await.expect("it opens");
    let soon = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let slot = database.query_slot(soon).await.expect("a connection").expect("a slot");
    slot.begin(soon).await.expect("a snapshot");
    // A password that is wrong is wrong either way.
    let wrong = secured.url("localhost", "").replace("CANARY", "guessed");
    let refused = Database::connect(&wrong).await.map(|_| ()).expect_err("a wrong password");
    assert_eq!(refused.to_string(), "the database cannot be opened: the server refused the user or the password");
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "a test says so where it skips something")]
async fn tls_reaches_a_server_by_its_ipv6_address() {
    let Some(mut secured) = Secured::create().await else { return };
    if TcpListener::bind("[::1]:0").await.is_err() {
        eprintln!("skipped: there is no IPv6");
        return;
    }
    let other = OtherTls::start(&secured, "[::1]:0").await;
    secured.port = other.port.to_string();
    let url = secured.url("[::1]", "");
    for program in [Program::engine(&url).args(["verify"]), Program::server(&url).args(["token", "list"])] {
        tokio::task::spawn_blocking(move || program.run()).await.expect("it ends").expect(0);
    }
    Host::connect(&url).await.expect("a host").close().await.expect("it closes");
}
