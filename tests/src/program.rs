//! Runs the real programs.

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

#[derive(Debug)]
pub struct Program(Command);

#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub output: String,
    pub errors: String,
}

impl Program {
    pub fn engine(database_url: &str) -> Self {
        Self::named("segmentation-engine", database_url)
    }

    pub fn server(database_url: &str) -> Self {
        Self::named("rpc-server", database_url)
    }

    /// With a limit of open files.
    pub fn server_with_files(database_url: &str, files: u32) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]).arg(path_of("rpc-server"));
        Self::configured(shell, database_url)
    }

    fn named(name: &str, database_url: &str) -> Self {
        Self::configured(Command::new(path_of(name)), database_url)
    }

    fn configured(mut command: Command, database_url: &str) -> Self {
        command
            .env("DATABASE_URL", database_url)
            .stdin(Stdio::null())
            .env_remove("RUST_BACKTRACE")
            .env_remove("CRON_SECRET")
            .env_remove("ALLOW_PRIVATE_WEBHOOKS");
        for name in ["API_KEY", "BASE_URL", "MAX_RATE", "SYNC_NAMES", "WEBHOOK_SECRET"] {
            command.env_remove(format!("RESEND_{name}"));
        }
        Self(command)
    }

    pub fn args<S: AsRef<std::ffi::OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.0.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs it as another user of the system, which only root may. The checkout may be in a folder that the user must not
    /// enter, such as `/root`, so the program is copied to one that everyone may. `cp` copies it: a program cannot start while
    /// anybody has its file open for writing, and another test that starts one at that moment would inherit ours.
    pub fn user(self, id: u32, folder: &Path) -> Self {
        let copy = folder.join(Path::new(self.0.get_program()).file_name().expect("a program"));
        if !copy.exists() {
            let copied = Command::new("cp").arg(self.0.get_program()).arg(&copy).status().expect("cp starts");
            assert!(copied.success(), "cp says what is wrong");
        }
        let mut command = Command::new(copy);
        command.args(self.0.get_args()).stdin(Stdio::null()).current_dir(folder).uid(id);
        for (name, value) in self.0.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self(command)
    }

    pub fn run(mut self) -> Ended {
        let output = self.0.output().expect("the program starts");
        Ended {
            code: output.status.code().unwrap_or(-1),
            output: String::from_utf8(output.stdout).expect("UTF-8"),
            errors: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Starts it with standard error piped.
    pub fn spawn_logging(mut self) -> std::process::Child {
        self.0.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    pub fn spawn(mut self) -> std::process::Child {
        self.0.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts")
    }
}

impl Ended {
    /// Asserts the exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "output: {}\nerrors: {}", self.output, self.errors);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.output).expect("JSON on standard output")
    }
}

/// Tests are in a folder inside the one of the programs; the bench is next to them.
fn path_of(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("the path of this program");
    let folder = this.parent().expect("a folder");
    let folder = if folder.ends_with("deps") { folder.parent().expect("the target folder") } else { folder };
    let path = folder.join(name);
    assert!(path.exists(), "{} is missing: cargo build --workspace --all-features makes it", path.display());
    path
}
