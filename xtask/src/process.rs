//! Other programs: where they are, and what to say when they fail.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The cargo that runs us, in the root of the workspace.
pub(crate) fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    // What cargo says of this program is for nobody else. Build scripts that ask for such variables would run anew, and most
    // of the dependencies would be built once more, each time that cargo is called from here after it was called by hand.
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a program whose output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", in_words(command)))?;
    if !status.success() {
        bail!("{} failed: {status}", in_words(command));
    }
    Ok(())
}

/// Runs a program quietly and gives its standard output. What it printed is shown only when it fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", in_words(command)))?;
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    if !output.status.success() {
        bail!("{} failed: {}\n{stdout}{stderr}", in_words(command), output.status);
    }
    Ok(stdout)
}

/// Where a program is, by PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The command as one would type it.
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
