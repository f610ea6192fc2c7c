//! Runs other programs and reports their failures.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Where cargo builds.
pub(crate) fn target_folder() -> PathBuf {
    // An absolute path stays as it is.
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The cargo that runs this program, in the root of the workspace.
pub(crate) fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    // Variables that cargo set for this program. Build scripts that read them would run again, and rebuild most
    // dependencies each time cargo is called from here after it was called by hand.
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            command.env_remove(name);
        }
    }
    command
}

/// The program inherits the output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", in_words(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", in_words(command));
    }
    Ok(())
}

/// Runs a program quietly and returns its standard output. Shows its output only if it fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", in_words(command)))?;
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    if !output.status.success() {
        bail!("{} failed: {}\n{stdout}{stderr}", in_words(command), output.status);
    }
    Ok(stdout)
}

pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// As typed in a shell.
fn in_words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_shows_what_it_said() {
        let error =
            capture(Command::new("/bin/sh").args(["-c", "echo out; echo err >&2; exit 3"])).expect_err("exit 3");
        let error = error.to_string();
        assert!(error.starts_with("sh -c echo out;") && error.contains("exit status: 3\nout\nerr"), "{error}");
        let error = run(&mut Command::new("no-such-program")).expect_err("no such program");
        assert_eq!(error.to_string(), "cannot start no-such-program");
    }

    #[test]
    fn programs_are_found_by_path() {
        assert!(on_path("sh").is_some());
        assert!(on_path("no-such-program").is_none());
    }
}
