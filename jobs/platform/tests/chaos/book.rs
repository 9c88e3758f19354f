//! What a worker did, as it wrote it down: a line for each job that began or ended.
//!
//! Each line is one `write`, so that a worker killed right after has still written it.

use std::{collections::HashMap, fs::File, io::Write as _, path::Path};

use platform::JobId;

pub(crate) struct Book(File);

impl Book {
    pub(crate) fn open(path: &Path) -> Self {
        let file = File::options().create(true).append(true).open(path);
        Self(file.expect("a book"))
    }

    pub(crate) fn began(&self, id: JobId) {
        self.write(id, "began");
    }

    pub(crate) fn ended(&self, id: JobId, outcome: &str) {
        self.write(id, outcome);
    }

    fn write(&self, id: JobId, word: &str) {
        (&self.0)
            .write_all(format!("{id} {word}\n").as_bytes())
            .expect("a line");
    }
}

/// What one book says, or several together: the words for each job, in the order of each book.
#[derive(Default)]
pub(crate) struct Told(pub(crate) HashMap<JobId, Vec<String>>);

impl Told {
    pub(crate) fn read(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Self {
        let mut told = Self::default();
        for path in paths {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            for (id, word) in text.lines().filter_map(|line| line.split_once(' ')) {
                let id = id.parse().expect("an id");
                told.0.entry(id).or_default().push(word.to_owned());
            }
        }
        told
    }

    /// How many times each of these words stands there.
    pub(crate) fn count(&self, words: &[&str]) -> usize {
        let all = self.0.values().flatten();
        all.filter(|word| words.contains(&word.as_str())).count()
    }

    pub(crate) fn of(&self, id: JobId, words: &[&str]) -> usize {
        let all = self.0.get(&id).into_iter().flatten();
        all.filter(|word| words.contains(&word.as_str())).count()
    }
}
