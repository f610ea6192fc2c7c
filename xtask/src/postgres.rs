//! A throw-away PostgreSQL: made in a second, reached through a socket in a folder of its own, gone without a trace.
//!
//! It promises nothing about the data after a crash, which is what makes it fast.

use std::{
    ffi::OsStr,
    fs,
    io::Read,
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

/// Local socket only; nothing is made durable; room for many tests at once, each with a database of its own.
const SETTINGS: [&str; 9] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "autovacuum_naptime=10s",
    "log_min_messages=fatal",
];

/// A running server. Dropping it, or the end of this process in any way, stops it and removes its files.
pub(crate) struct Postgres {
    url: String,
    _server: Guarded,
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let run_as = unprivileged_user()?;
        let folder = make_folder(run_as)?;
        let started = Self::start_in(&folder, &programs, run_as);
        if started.is_err() {
            // Nothing runs in it any more.
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn start_in(folder: &Path, programs: &Path, run_as: Option<(u32, u32)>) -> Result<Self> {
        let data = folder.join("data");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.arg("--pgdata").arg(&data).current_dir("/");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        if let Some((user, group)) = run_as {
            initdb.uid(user).gid(group);
        }
        process::capture(&mut initdb)?;

        let postgres = programs.join("postgres");
        let mut command = vec![postgres.as_os_str(), "-D".as_ref(), data.as_ref(), "-k".as_ref(), folder.as_os_str()];
        command.extend(SETTINGS.iter().flat_map(|setting| ["-c", setting]).map(OsStr::new));
        let log = folder.join("log");
        // QUIT ends it at once: there is nothing to bring into order.
        let plan = Plan { command, stop_signal: "QUIT", folder: Some(folder), run_as, log: &log, speaks: false };
        let mut server = Guarded::start(&plan)?;
        server.wait_until("PostgreSQL", || is_ready(&data))?;
        Ok(Self { url: url(folder), _server: server })
    }

    /// Where to connect, as a superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The chore: a server for as long as someone wants it.
pub(crate) fn serve() -> Result<()> {
    let server = Postgres::start()?;
    println!("export TEST_POSTGRES_URL='{}'", server.url());
    eprintln!("Ctrl-C or the end of standard input stops it.");
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// The folder with `initdb`, `postgres` and `psql`: on PATH, or the newest where Debian keeps them off PATH.
pub(crate) fn programs() -> Result<PathBuf> {
    let on_path = process::on_path("initdb").and_then(|initdb| Some(initdb.parent()?.to_owned()));
    let folders = on_path.into_iter().chain(newest_first(Path::new("/usr/lib/postgresql")));
    folders
        .into_iter()
        .find(|folder| ["initdb", "postgres", "psql"].iter().all(|program| folder.join(program).is_file()))
        .context("PostgreSQL is not installed: apt-get install postgresql")
}

/// The `bin` folders of all versions under that folder.
fn newest_first(versions: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(versions) else { return Vec::new() };
    let mut numbers: Vec<u32> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable_by(|left, right| right.cmp(left));
    numbers.into_iter().map(|number| versions.join(number.to_string()).join("bin")).collect()
}

/// PostgreSQL refuses to run as root: then it runs as its own user, or as nobody.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if id(["-u"])? != 0 {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let (Ok(user), Ok(group)) = (id(["-u", name]), id(["-g", name])) {
            return Ok(Some((user, group)));
        }
    }
    bail!("PostgreSQL does not run as root, and there is no user \"postgres\" nor \"nobody\"");
}

fn id<const N: usize>(arguments: [&str; N]) -> Result<u32> {
    Ok(process::capture(Command::new("id").args(arguments))?.trim().parse()?)
}

/// Right under /tmp, since the path of a socket has room for a hundred bytes only.
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

/// `postmaster.pid` says `ready` once connections are welcome; that is what `pg_ctl` waits for too.
fn is_ready(data: &Path) -> bool {
    let status = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    status.lines().any(|line| line.trim_end() == "ready")
}

fn url(folder: &Path) -> String {
    format!("postgres://postgres@localhost/postgres?host={}", folder.display())
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
        let folder = PathBuf::from(server.url().split_once("host=").expect("a socket folder").1);
        UnixStream::connect(folder.join(".s.PGSQL.5432")).expect("somebody listens");
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
