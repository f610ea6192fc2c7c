//! A process that ends when this one does, however it ends.
//!
//! `Drop` does not run on Ctrl-C or SIGKILL, so the parent of the process is a small shell that waits for the end of a
//! pipe from this process. The kernel closes the pipe in any case. The shell has its own process group, so Ctrl-C in a
//! terminal reaches only this process, and the shell stops the other one in an orderly way.

use std::{
    ffi::OsStr,
    fs::File,
    io::Read,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

const READY_LIMIT: Duration = Duration::from_secs(30);

/// `$1` is the signal that stops the process, `$2` a folder to remove afterwards (may be empty), the rest the command.
const GUARD: &str = r#"
signal=$1 folder=$2; shift 2
exec 3<&0 </dev/null
"$@" 3<&- & child=$!
( read -r _ <&3; kill -s "$signal" "$child"; sleep 10; kill -s KILL "$child" ) >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait "$child"; status=$?
kill "$watcher" 2>/dev/null
[ -z "$folder" ] || rm -rf -- "$folder"
exit "$status"
"#;

pub(crate) struct Plan<'a> {
    pub(crate) command: Vec<&'a OsStr>,
    /// The name of the signal that stops it, such as `TERM`. It is killed ten seconds later.
    pub(crate) stop_signal: &'static str,
    /// Removed after the end.
    pub(crate) folder: Option<&'a Path>,
    /// User and group to run as, if different.
    pub(crate) run_as: Option<(u32, u32)>,
    /// Standard error goes here.
    pub(crate) log: &'a Path,
    /// Whether it inherits standard output; if not, that goes to the log.
    pub(crate) speaks: bool,
}

/// Dropping it stops the process.
pub(crate) struct Guarded {
    shell: Child,
    log: File,
}

impl Guarded {
    pub(crate) fn start(plan: &Plan<'_>) -> Result<Self> {
        let output = File::create(plan.log).with_context(|| format!("cannot write {}", plan.log.display()))?;
        // Opened before the process ends, since the log may be in the folder that is removed with it.
        let log = File::open(plan.log)?;
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", GUARD, "guard", plan.stop_signal]).arg(plan.folder.unwrap_or(Path::new("")));
        shell.args(&plan.command).current_dir("/").process_group(0);
        let stdout = if plan.speaks { Stdio::inherit() } else { output.try_clone()?.into() };
        shell.stdin(Stdio::piped()).stdout(stdout).stderr(output);
        if let Some((user, group)) = plan.run_as {
            shell.uid(user).gid(group);
        }
        Ok(Self { shell: shell.spawn().context("cannot start /bin/sh")?, log })
    }

    /// Polls until it is ready. Fails with its output if it ends or takes too long.
    pub(crate) fn wait_until(&mut self, name: &str, is_ready: impl Fn() -> bool) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < READY_LIMIT {
            if is_ready() {
                return Ok(());
            }
            if let Some(status) = self.shell.try_wait()? {
                bail!("{name} did not start: {status}\n{}", self.output());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("{name} is not ready after {} s\n{}", READY_LIMIT.as_secs(), self.output())
    }

    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        // `Child::wait` closes the pipe, which would stop the process, so the pipe is set aside.
        let pipe = self.shell.stdin.take();
        let status = self.shell.wait()?;
        drop(pipe);
        Ok(status)
    }

    fn output(&mut self) -> String {
        let mut bytes = Vec::new();
        // Part of the log is better than nothing.
        let _ = self.log.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // If waiting fails, the process is gone.
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::{env::temp_dir, fs, path::PathBuf};

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = temp_dir().join(format!("guarded-{name}-{}", std::process::id()));
        fs::create_dir(&folder).expect("a fresh folder");
        folder
    }

    fn start(folder: &Path, script: &str) -> Guarded {
        let command = ["/bin/sh", "-c", script].map(OsStr::new).into();
        let log = &folder.join("log");
        let plan = Plan { command, stop_signal: "TERM", folder: Some(folder), run_as: None, log, speaks: false };
        Guarded::start(&plan).expect("started")
    }

    #[test]
    fn dropping_stops_the_process_and_removes_the_folder() {
        let folder = folder("drop");
        let begun = std::time::Instant::now();
        drop(start(&folder, "exec sleep 60"));
        assert!(begun.elapsed().as_secs() < 5);
        assert!(!folder.exists());
    }

    #[test]
    fn an_end_of_its_own_is_noticed() {
        let folder = folder("end");
        let status = start(&folder, "exit 7").wait().expect("waited");
        assert_eq!(status.code(), Some(7));
        assert!(!folder.exists());
    }

    #[test]
    fn a_process_that_never_gets_ready_is_quoted() {
        let folder = folder("quote");
        let mut process = start(&folder, "echo no luck >&2; exit 7");
        let error = process.wait_until("it", || false).expect_err("it ends").to_string();
        assert_eq!(error, "it did not start: exit status: 7\nno luck\n");
    }
}
