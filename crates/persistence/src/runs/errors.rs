//! What a run could not evaluate: as it names it, and as it is counted later.

/// So many users and segments are named; of more, only how many they are is said.
const NAMED: usize = 1_000;

/// Users and segments that a run could not evaluate.
#[derive(Debug, Clone, Default)]
pub struct Errors {
    named: Vec<String>,
    more: u64,
}

impl Errors {
    /// One more, by id.
    pub fn add(&mut self, error: String) {
        if self.named.len() < NAMED {
            self.named.push(error);
        } else {
            self.more += 1;
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.named.len() as u64 + self.more
    }

    /// The first 1,000, and `and 7 more` if there are.
    pub fn list(&self) -> Vec<String> {
        let more = (self.more > 0).then(|| format!("and {} more", self.more));
        self.named.iter().cloned().chain(more).collect()
    }
}

/// How many such a list tells of.
pub(super) fn count(list: &[String]) -> u64 {
    let listed = list.len() as u64;
    let last = list.last().and_then(|last| last.strip_prefix("and ")?.strip_suffix(" more"));
    let more: Option<u64> = last.and_then(|more| more.parse().ok());
    more.map_or(listed, |more| listed - 1 + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_tells_how_many_there_are() {
        let mut errors = Errors::default();
        for (added, listed) in [(0, 0), (1, 1), (998, 999), (1, 1_000), (1, 1_001), (41, 1_001)] {
            (0..added).for_each(|number| errors.add(format!("user {number}: its plan cannot be read")));
            assert_eq!((errors.list().len(), count(&errors.list())), (listed, errors.count()));
        }
        assert_eq!(errors.list().last().map(String::as_str), Some("and 42 more"));
    }
}
