//! Bytes of a file or of standard input, decompressed by what they are rather than by what the file is called.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use liblzma::{
    bufread::XzDecoder,
    stream::{CONCATENATED, Stream},
};

/// Read at a time.
const BUFFER: usize = 256 * 1024;
/// What decompressing `.xz` may take. `xz -9` needs 65 MiB; a hostile file could ask for 4 GiB.
const XZ_MEMORY: u64 = 512 * 1024 * 1024;

const GZ_MAGIC: &[u8] = b"\x1f\x8b";
const XZ_MAGIC: &[u8] = b"\xfd7zXZ\0";

/// Whether a path stands for standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What to call it when speaking of it.
pub(super) fn name(path: &Path) -> String {
    if is_standard_input(path) { "standard input".into() } else { path.display().to_string() }
}

/// Opens a file, or standard input for `-`.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if is_standard_input(path) {
        return decompressed(io::stdin().lock());
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    decompressed(file)
}

/// The content, whether plain or compressed; several compressed parts in a row are read as one.
pub(super) fn decompressed(mut input: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut first = Vec::new();
    input.by_ref().take(XZ_MAGIC.len() as u64).read_to_end(&mut first)?;
    let is_gz = first.starts_with(GZ_MAGIC);
    let is_xz = first.starts_with(XZ_MAGIC);
    let input = BufReader::with_capacity(BUFFER, Cursor::new(first).chain(input));
    Ok(if is_gz {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input)))
    } else if is_xz {
        let stream = Stream::new_stream_decoder(XZ_MEMORY, CONCATENATED)?;
        Box::new(BufReader::with_capacity(BUFFER, XzDecoder::new_stream(input, stream)))
    } else {
        Box::new(input)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use liblzma::write::XzEncoder;

    use super::*;

    fn gz(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn xz(text: &str) -> Vec<u8> {
        let mut encoder = XzEncoder::new(Vec::new(), 6);
        encoder.write_all(text.as_bytes()).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn read(bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        decompressed(Cursor::new(bytes))?.read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn import_recognizes_content_by_its_first_bytes() {
        for (case, bytes, expected) in [
            ("plain", b"id,userId".to_vec(), "id,userId"),
            ("empty", Vec::new(), ""),
            ("shorter than any magic", b"a".to_vec(), "a"),
            ("gz", gz("id,userId"), "id,userId"),
            ("several gz members", [gz("id,"), gz("userId")].concat(), "id,userId"),
            ("xz", xz("id,userId"), "id,userId"),
            ("several xz streams", [xz("id,"), xz("userId")].concat(), "id,userId"),
        ] {
            assert_eq!(read(bytes).expect(case), expected, "{case}");
        }
    }

    #[test]
    fn import_of_compressed_content_that_is_cut_off_fails() {
        for (case, mut bytes) in [("gz", gz("id,userId")), ("xz", xz("id,userId"))] {
            bytes.truncate(bytes.len() - 5);
            assert!(read(bytes).is_err(), "{case}");
        }
    }
}
