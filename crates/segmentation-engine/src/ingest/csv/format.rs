//! What a file is if it is not the CSV that an import reads. Asked only about a header that cannot be used.

/// Separators that spreadsheets write instead of commas.
const SEPARATORS: [(char, &str); 3] = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];

/// By the first line of the file. `columns` are the known ones.
pub(super) fn of(first_line: &[u8], columns: &[&str]) -> Option<String> {
    of_bytes(first_line).map(str::to_owned).or_else(|| of_text(std::str::from_utf8(first_line).ok()?, columns))
}

fn of_bytes(first_line: &[u8]) -> Option<&'static str> {
    if first_line.starts_with(b"PK\x03\x04") {
        Some("it is a spreadsheet or another ZIP file: save it as CSV UTF-8")
    } else if first_line.starts_with(b"\xd0\xcf\x11\xe0") {
        Some("it is an Excel spreadsheet: save it as CSV UTF-8")
    } else if is_utf_16(first_line) {
        Some("it is UTF-16: save it as CSV UTF-8")
    } else {
        None
    }
}

/// Has a byte order mark, or a NUL in most characters, as names of columns in UTF-16 have.
fn is_utf_16(bytes: &[u8]) -> bool {
    let has_mark = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let nuls = bytes.iter().filter(|byte| **byte == 0).count();
    has_mark || nuls > bytes.len() / 4
}

fn of_text(first_line: &str, columns: &[&str]) -> Option<String> {
    let known = |separator: char| {
        let names =
            first_line.split(separator).map(|name| name.trim_matches(|it: char| it == '"' || it.is_whitespace()));
        names.filter(|name| columns.contains(name)).count()
    };
    let with_commas = known(',');
    let (_, name) = SEPARATORS.into_iter().find(|(separator, _)| known(*separator) > with_commas)?;
    Some(format!("its columns are separated by {name} instead of commas"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn import_names_what_a_file_is() {
        let semicolons = Some("its columns are separated by semicolons instead of commas");
        let utf_16_file = Some("it is UTF-16: save it as CSV UTF-8");
        for (first_line, expected) in [
            (b"id;email\r\n".to_vec(), semicolons),
            (b"\"id\"; \"email\"\n".to_vec(), semicolons),
            (b"id;name, first;email\n".to_vec(), semicolons),
            (b"id\temail\n".to_vec(), Some("its columns are separated by tabs instead of commas")),
            (b"id|email\n".to_vec(), Some("its columns are separated by vertical bars instead of commas")),
            (utf_16("id,email\r\n", u16::to_le_bytes), utf_16_file),
            (utf_16("id,email\r\n", u16::to_be_bytes), utf_16_file),
            (utf_16("\u{feff}id;名前;email\r\n", u16::to_le_bytes), utf_16_file),
            (utf_16("\u{feff}名前\n", u16::to_be_bytes), utf_16_file),
            (b"PK\x03\x04\n".to_vec(), Some("it is a spreadsheet or another ZIP file: save it as CSV UTF-8")),
            (b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(), Some("it is an Excel spreadsheet: save it as CSV UTF-8")),
            (b"id,email\n".to_vec(), None),
            (b"ID;Email\n".to_vec(), None),
            (b"id,a;b\n".to_vec(), None),
            (b"\xff,id\n".to_vec(), None),
        ] {
            assert_eq!(of(&first_line, &["id", "email"]).as_deref(), expected, "{}", first_line.escape_ascii());
        }
    }
}
