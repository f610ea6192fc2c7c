//! A throw-away PostgreSQL with a socket in its own folder. It starts within a second and leaves nothing behind. It
//! also listens on the loopback interface, for the tests of TLS, and requires a password there.
//!
//! It is fast because it does not protect data from crashes.

use std::{
    ffi::OsStr,
    fs,
    io::Read,
    net::TcpListener,
    os::unix::{
        fs::{DirBuilderExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, Result, bail};

use crate::{
    guarded::{Guarded, Plan},
    process,
};

/// No durability; room for many tests at once, each with its own database, and memory for the tables of a million
/// users.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=1GB",
    "max_wal_size=2GB",
    "autovacuum_naptime=10s",
    "log_min_messages=fatal",
];

/// Dropping it, or the end of this process, stops the server and removes its files.
pub(crate) struct Postgres {
    url: String,
    _server: Guarded,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let run_as = unprivileged_user()?;
        let folder = make_folder(run_as)?;
        let started = Self::start_in(&folder, &programs, run_as);
        if started.is_err() {
            // Nothing uses it anymore.
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn start_in(folder: &Path, programs: &Path, run_as: Option<(u32, u32)>) -> Result<Self> {
        let data = folder.join("data");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.arg("--pgdata").arg(&data).current_dir("/");
        initdb.args([
            "--username=postgres",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        if let Some((user, group)) = run_as {
            initdb.uid(user).gid(group);
        }
        process::capture(&mut initdb)?;
        let port = free_port()?;
        let mut settings = SETTINGS.map(str::to_owned).to_vec();
        settings.push(format!("port={port}"));
        if process::on_path("openssl").is_some() {
            make_certificates(&data, run_as)?;
            settings.push("ssl=on".into());
        }

        let postgres = programs.join("postgres");
        let mut command = vec![postgres.as_os_str(), "-D".as_ref(), data.as_ref(), "-k".as_ref(), folder.as_os_str()];
        command.extend(settings.iter().flat_map(|setting| ["-c", setting]).map(OsStr::new));
        let log = folder.join("log");
        // QUIT ends it at once: no data has to be saved.
        let plan = Plan { command, stop_signal: "QUIT", folder: Some(folder), run_as, log: &log, speaks: false };
        let mut server = Guarded::start(&plan)?;
        server.wait_until("PostgreSQL", || is_ready(&data))?;
        Ok(Self { url: url(folder, port), _server: server })
    }

    /// Connects as a superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The command: keeps a server running.
pub(crate) fn serve() -> Result<()> {
    let server = Postgres::start()?;
    println!("export TEST_POSTGRES_URL='{}'", server.url());
    eprintln!("Ctrl-C or the end of standard input stops it.");
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// The folder with `initdb`, `postgres` and `psql`: on PATH, or the newest version where Debian keeps them.
pub(crate) fn programs() -> Result<PathBuf> {
    let on_path = process::on_path("initdb").and_then(|initdb| Some(initdb.parent()?.to_owned()));
    let folders = on_path.into_iter().chain(newest_first(Path::new("/usr/lib/postgresql")));
    folders
        .into_iter()
        .find(|folder| ["initdb", "postgres", "psql"].iter().all(|program| folder.join(program).is_file()))
        .context("PostgreSQL is not installed: apt-get install postgresql")
}

fn newest_first(versions: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(versions) else { return Vec::new() };
    let mut numbers: Vec<u32> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable_by(|left, right| right.cmp(left));
    numbers.into_iter().map(|number| versions.join(number.to_string()).join("bin")).collect()
}

/// PostgreSQL refuses to run as root, so root starts it as `postgres` or `nobody`.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if id(["-u"])? != 0 {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let (Ok(user), Ok(group)) = (id(["-u", name]), id(["-g", name])) {
            return Ok(Some((user, group)));
        }
    }
    bail!("PostgreSQL does not run as root: create the user \"postgres\" or \"nobody\"");
}

fn id<const N: usize>(arguments: [&str; N]) -> Result<u32> {
    Ok(process::capture(Command::new("id").args(arguments))?.trim().parse()?)
}

/// Directly under /tmp, since the path of a socket may have only about a hundred bytes.
fn make_folder(owner: Option<(u32, u32)>) -> Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(format!("/tmp/throw-away-pg-{}-{number}", std::process::id()));
    fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if let Some((user, group)) = owner {
        chown(&folder, Some(user), Some(group))?;
    }
    Ok(folder)
}

/// `postmaster.pid` says `ready` when the server accepts connections; `pg_ctl` waits for that too.
fn is_ready(data: &Path) -> bool {
    let status = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    status.lines().any(|line| line.trim_end() == "ready")
}

fn url(folder: &Path, port: u16) -> String {
    format!("postgres://postgres@localhost:{port}/postgres?host={}", folder.display())
}

/// PostgreSQL cannot choose a free port. If another program takes it first, the server does not start.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Creates an authority, `root.crt`, and its certificate for the host `localhost`.
fn make_certificates(data: &Path, run_as: Option<(u32, u32)>) -> Result<()> {
    let authority = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout root.key -out root.crt";
    let request = "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr";
    let certificate = "x509 -req -in server.csr -CA root.crt -CAkey root.key -CAcreateserial -days 2 -extfile server.ext \
                       -out server.crt";
    fs::write(data.join("server.ext"), "subjectAltName=DNS:localhost\n")?;
    if let Some((user, group)) = run_as {
        chown(data.join("server.ext"), Some(user), Some(group))?;
    }
    for arguments in [authority, request, certificate] {
        let mut openssl = Command::new("openssl");
        openssl.args(arguments.split_whitespace()).current_dir(data);
        if let Some((user, group)) = run_as {
            openssl.uid(user).gid(group);
        }
        process::capture(&mut openssl)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn a_server_starts_and_leaves_nothing_behind() {
        if let Err(missing) = programs() {
            eprintln!("skipped: {missing}");
            return;
        }
        let server = Postgres::start().expect("a server");
        let (before, folder) = server.url().split_once("/postgres?host=").expect("a socket folder");
        let (folder, port) = (PathBuf::from(folder), before.rsplit_once(':').expect("a port").1);
        UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).expect("somebody listens");
        drop(server);
        assert!(!folder.exists());
    }

    #[test]
    fn the_newest_version_comes_first() {
        let versions = std::env::temp_dir().join(format!("pg-versions-{}", std::process::id()));
        for version in ["9", "15", "16", "common"] {
            fs::create_dir_all(versions.join(version)).expect("a folder");
        }
        let found = newest_first(&versions);
        fs::remove_dir_all(&versions).expect("removed");
        assert_eq!(found, ["16", "15", "9"].map(|version| versions.join(version).join("bin")));
    }
}
