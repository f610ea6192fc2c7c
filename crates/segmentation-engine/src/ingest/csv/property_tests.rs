//! A valid line is imported whatever is next to it: random files of valid lines and of lines broken in random ways.
//!
//! The one exception follows from RFC 4180: a line inside the quotes of an earlier record that is closed and has the
//! right number of columns. It is part of a cell, or refused if it is itself a valid row.

use std::collections::{BTreeMap, BTreeSet};

use domain::profile::QuizAttempt;

use super::chunks::testing::{Read, read_all, refused_lines};

const HEADER: &str = "id,userId,certification,score,completedAt\n";
const COLUMNS: usize = 5;

/// The lines of a file, and which ones are valid, by the attempt's id.
struct World {
    lines: Vec<Vec<u8>>,
    good: BTreeMap<usize, String>,
}

impl World {
    fn random(seed: u64) -> Self {
        let mut random = Random(seed);
        let (mut lines, mut good) = (Vec::new(), BTreeMap::new());
        for place in 0..2 + random.below(12) {
            let id = format!("a{place}");
            let line = random.good_line(&id);
            if random.below(2) == 0 {
                good.insert(place, id);
                lines.push(line);
            } else {
                lines.push(random.broken(line));
            }
        }
        Self { lines, good }
    }

    fn text(&self) -> Vec<u8> {
        let mut text = HEADER.as_bytes().to_vec();
        for line in &self.lines {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        text
    }

    /// All ranges of lines that are one record.
    fn records_of_several_lines(&self) -> Vec<(usize, usize)> {
        let last = self.lines.len();
        (0..last)
            .flat_map(|first| (first + 1..last).map(move |last| (first, last)))
            .filter(|(first, last)| is_record(&self.lines[*first..=*last].join(&b'\n')))
            .collect()
    }
}

/// Whether a text is one record of the right width with line breaks only inside quotes: the grammar of RFC 4180, except
/// for quotes in cells that do not begin with one, and spaces before those that do.
fn is_record(text: &[u8]) -> bool {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let (mut rest, mut width) = (text, 0);
    loop {
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        rest = match rest[spaces..].strip_prefix(b"\"") {
            Some(mut inside) => loop {
                match inside {
                    [b'"', b'"', after @ ..] => inside = after,
                    [b'"', after @ ..] => break after,
                    [_, after @ ..] => inside = after,
                    [] => return false,
                }
            },
            None => {
                let end = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
                if rest[..end].iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
                    return false;
                }
                &rest[end..]
            }
        };
        width += 1;
        match rest {
            [] => return width == COLUMNS,
            [b',', after @ ..] => rest = after,
            _ => return false,
        }
    }
}

#[test]
fn import_takes_valid_lines_and_refuses_all_others() {
    let (mut good, mut kept, mut within) = (0, 0, 0);
    for seed in 0..20_000 {
        let world = World::random(seed);
        let read = read_all::<QuizAttempt>(&world.text());
        let records = world.records_of_several_lines();
        let is_within = |place: usize| records.iter().any(|(first, last)| (*first..=*last).contains(&place));
        let found: BTreeMap<_, _> = read.records.iter().map(|(line, attempt)| (place(*line), attempt)).collect();
        for (place, id) in &world.good {
            let is_in = found.get(place).is_some_and(|attempt| attempt.id == *id && attempt.certification == "AZ-104");
            let may_be_out = records.iter().any(|(first, last)| first < place && place <= last);
            assert!(is_in || may_be_out, "seed {seed}, line {}", place + 2);
            (good, kept) = (good + 1, kept + usize::from(is_in));
        }
        let named = named(&read);
        for (place, line) in world.lines.iter().enumerate() {
            let is_blank = |text: &str| text.chars().all(|it| matches!(it, ',' | '"') || it.is_whitespace());
            let is_blank = str::from_utf8(line).is_ok_and(is_blank);
            let is_accounted_for = found.contains_key(&place) ^ named.contains(&place);
            assert!(is_accounted_for || is_blank || is_within(place), "seed {seed}, line {}", place + 2);
            within += usize::from(is_within(place));
        }
    }
    assert!(kept * 100 > good * 99 && kept < good && within > 0, "the files are worth reading: {kept} of {good}");
}

/// The index of a line after the header. Lines count from 1.
fn place(line: u64) -> usize {
    usize::try_from(line).expect("a short file") - 2
}

/// The indexes of lines that are refused or repeat another.
fn named<T>(read: &Read<T>) -> BTreeSet<usize> {
    let refused = refused_lines(&read.refused).into_iter().map(|(line, _)| line);
    refused.chain(read.repeats.iter().map(|(line, _)| *line)).map(place).collect()
}

/// SplitMix64, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap_or_default()
    }

    fn good_line(&mut self, id: &str) -> Vec<u8> {
        let cells = [id, "u1", "AZ-104", ["", "87.5"][self.below(2)], "2014-01-01T00:00:00Z"];
        let quoted = |cell: &str| if self.below(4) == 0 { format!("\"{cell}\"") } else { cell.to_owned() };
        let line = cells.map(quoted).join(",");
        format!("{line}{}", ["", "", "\r"][self.below(3)]).into_bytes()
    }

    /// Inserts, deletes or changes bytes, mostly special ones.
    fn broken(&mut self, mut line: Vec<u8>) -> Vec<u8> {
        for _ in 0..1 + self.below(3) {
            let at = self.below(line.len() + 1);
            let byte = match self.below(8) {
                0..4 => b'"',
                4 => b',',
                5 => b'\r',
                _ => u8::try_from(self.below(256)).unwrap_or_default(),
            };
            match self.below(4) {
                0 if at < line.len() => drop(line.remove(at)),
                1 => line.truncate(at),
                _ => line.insert(at, byte),
            }
        }
        line.retain(|byte| *byte != b'\n');
        line
    }
}
