//! Secrets in files, as containers and service managers hand them over. One rule for all of them: the file that holds the
//! value of a variable is named by the variable with `_FILE` at its end.

use std::{env, ffi::OsString, fs, path::PathBuf};

use persistence::database::{DEFAULT_URL, io_words};

/// Errors name variables and files, never what is in them.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    #[error("{variable} and {variable}_FILE are both set: remove one of them")]
    Both { variable: String },
    #[error("{file}, which {variable}_FILE names, cannot be read: {reason}", file = file.display())]
    Unreadable { variable: String, file: PathBuf, reason: String },
    #[error("{file}, which {variable}_FILE names, is empty", file = file.display())]
    Empty { variable: String, file: PathBuf },
}

/// The database of a command.
pub fn database_url(given: Option<String>) -> Result<String, SecretFileError> {
    Ok(or_in_file("DATABASE_URL", given)?.unwrap_or_else(|| DEFAULT_URL.into()))
}

/// What was given by a flag or by the variable itself, or else what the file holds.
pub fn or_in_file(variable: &str, given: Option<String>) -> Result<Option<String>, SecretFileError> {
    choose(variable, given, |name| env::var_os(name))
}

/// `read` gives the value of a variable.
fn choose(
    variable: &str,
    given: Option<String>,
    read: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<String>, SecretFileError> {
    // The parser of flags does not say which of the two it read, and may have trimmed it.
    let value = read(variable);
    let is_of_variable =
        |given: &str| value.as_ref().and_then(|value| value.to_str()).is_some_and(|value| value.trim() == given.trim());
    Ok(match given {
        Some(given) if !given.is_empty() && !is_of_variable(&given) => Some(given),
        // Many tools cannot unset a variable, but make it empty.
        given => in_file(variable, read)?.or(given),
    })
}

/// `read` gives the value of a variable.
fn in_file(variable: &str, read: impl Fn(&str) -> Option<OsString>) -> Result<Option<String>, SecretFileError> {
    let file = match read(&format!("{variable}_FILE")) {
        Some(file) if !file.is_empty() => PathBuf::from(file),
        _ => return Ok(None),
    };
    let variable = variable.to_owned();
    if read(&variable).is_some_and(|value| !value.is_empty()) {
        return Err(SecretFileError::Both { variable });
    }
    let read = fs::read(&file).map_err(|error| io_words(&error));
    let text = read.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not text in UTF-8".into()));
    match text {
        // Files often end with a line break.
        Ok(text) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
        Ok(_) => Err(SecretFileError::Empty { variable, file }),
        Err(reason) => Err(SecretFileError::Unreadable { variable, file, reason }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With `CRON_SECRET` and `CRON_SECRET_FILE` set to these; an empty text stands for a variable that is not set.
    fn read(value: &str, file: &str) -> Result<Option<String>, String> {
        let set = |text: &str| Some(OsString::from(text)).filter(|text| !text.is_empty());
        in_file("CRON_SECRET", |name| set(if name.ends_with("_FILE") { file } else { value }))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn secret_files_hold_a_secret_with_or_without_a_line_break() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        let path = file.to_str().expect("a path in UTF-8");
        for text in ["sesame", "sesame\n", "sesame\r\n"] {
            fs::write(&file, text).expect("it is written");
            assert_eq!(read("", path), Ok(Some("sesame".into())));
        }
        assert_eq!(read("", ""), Ok(None));
        assert_eq!(read("sesame", ""), Ok(None));
    }

    #[test]
    fn secret_files_are_not_read_if_a_flag_gives_the_value() {
        let chosen = |given: &str, value: &str| {
            let read =
                |name: &str| Some(OsString::from(if name.ends_with("_FILE") { "/nowhere/secret" } else { value }));
            choose("CRON_SECRET", Some(given.into()), read).map_err(|error| error.to_string())
        };
        assert_eq!(chosen("of a flag", ""), Ok(Some("of a flag".into())));
        assert_eq!(chosen("of a flag", "of the variable"), Ok(Some("of a flag".into())));
        let both = "CRON_SECRET and CRON_SECRET_FILE are both set: remove one of them";
        assert_eq!(chosen("of the variable", "of the variable\n"), Err(both.into()));
    }

    #[test]
    fn secret_files_that_cannot_be_used_are_named_and_not_quoted() {
        let folder = tempfile::tempdir().expect("a folder");
        let [empty, binary, missing] = ["empty", "binary", "missing"].map(|name| folder.path().join(name));
        fs::write(&empty, " \n").expect("it is written");
        fs::write(&binary, b"se\xffsame").expect("it is written");
        for (value, file, reason) in [
            ("", &missing, ", which CRON_SECRET_FILE names, cannot be read: there is no such file or folder"),
            ("", &binary, ", which CRON_SECRET_FILE names, cannot be read: it is not text in UTF-8"),
            ("", &empty, ", which CRON_SECRET_FILE names, is empty"),
        ] {
            let path = file.to_str().expect("a path in UTF-8");
            assert_eq!(read(value, path), Err(format!("{path}{reason}")));
        }
        let both = "CRON_SECRET and CRON_SECRET_FILE are both set: remove one of them";
        assert_eq!(read("sesame", "/run/secrets/cron"), Err(both.into()));
    }
}
