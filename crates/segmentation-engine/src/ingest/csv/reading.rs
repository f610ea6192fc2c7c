//! Reads a file on its own thread, so that reading continues while the database writes.

use std::{
    io::{self, BufRead},
    panic::resume_unwind,
    path::Path,
    thread::{self, JoinHandle},
};

use domain::attribute::Attributes;
use futures_util::{Stream, stream};
use persistence::ingest::attempts::Origin;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::ingest::record::Record;

use super::{
    chunks::{Chunk, Chunks},
    error::ImportError,
    input,
};

/// Chunks that may be waiting to be written.
const WAITING: usize = 2;

pub(super) struct FileReader<T> {
    file: String,
    messages: Receiver<Result<Message<T>, ImportError>>,
    thread: Option<JoinHandle<()>>,
}

enum Message<T> {
    /// The header is valid. These columns are ignored.
    Opened(Vec<String>),
    Chunk(Chunk<T>),
}

impl<T: Record> FileReader<T> {
    /// Starts the thread. It is not one of the runtime's, since the runtime would wait for standard input when it shuts
    /// down.
    pub(super) fn start(path: &Path, origin: Origin<'static>, attributes: &Attributes) -> Result<Self, ImportError> {
        let (file, path) = (input::name(path), path.to_owned());
        Self::start_with(file, origin, attributes.clone(), move || input::open(&path))
    }

    fn start_with(
        file: String,
        origin: Origin<'static>,
        attributes: Attributes,
        open: impl FnOnce() -> io::Result<Box<dyn BufRead>> + Send + 'static,
    ) -> Result<Self, ImportError> {
        let (sender, messages) = channel(WAITING);
        let name = file.clone();
        let read_file = move || {
            if let Err(error) = read_file::<T>(&name, origin, &attributes, open, &sender) {
                // Fails if the import has already ended.
                let _ = sender.blocking_send(Err(error));
            }
        };
        let thread = thread::Builder::new()
            .name("import".into())
            .spawn(read_file)
            .map_err(|cause| ImportError::Open { file: file.clone(), cause })?;
        Ok(Self { file, messages, thread: Some(thread) })
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// Waits for the header. Returns the columns that are ignored.
    pub(super) async fn opened(&mut self) -> Result<Vec<String>, ImportError> {
        match self.next_message().await? {
            Some(Message::Opened(ignored)) => Ok(ignored),
            Some(Message::Chunk(_)) | None => Ok(Vec::new()),
        }
    }

    /// Ends after an error.
    pub(super) fn chunks(self) -> impl Stream<Item = Result<Chunk<T>, ImportError>> {
        stream::unfold(Some(self), async |reading| {
            let mut reading = reading?;
            match reading.next_chunk().await {
                Ok(chunk) => Some((Ok(chunk?), Some(reading))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    /// `None` at the end.
    async fn next_chunk(&mut self) -> Result<Option<Chunk<T>>, ImportError> {
        loop {
            match self.next_message().await? {
                Some(Message::Opened(_)) => {}
                Some(Message::Chunk(chunk)) => return Ok(Some(chunk)),
                None => return Ok(None),
            }
        }
    }

    async fn next_message(&mut self) -> Result<Option<Message<T>>, ImportError> {
        let message = self.messages.recv().await;
        if message.is_none()
            && let Some(Err(panic)) = self.thread.take().map(JoinHandle::join)
        {
            // Otherwise a partly read file would look complete.
            resume_unwind(panic);
        }
        message.transpose()
    }
}

fn read_file<T: Record>(
    file: &str,
    origin: Origin<'static>,
    attributes: &Attributes,
    open: impl FnOnce() -> io::Result<Box<dyn BufRead>>,
    sender: &Sender<Result<Message<T>, ImportError>>,
) -> Result<(), ImportError> {
    let input = open().map_err(|cause| ImportError::Open { file: file.to_owned(), cause })?;
    let (mut chunks, ignored) = Chunks::<T, _>::open(input, file, origin, attributes)?;
    let send = |message| sender.blocking_send(Ok(message)).is_ok();
    if send(Message::Opened(ignored)) {
        chunks.read_all(|chunk| send(Message::Chunk(chunk)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use domain::profile::UserChange;

    use super::*;

    /// Provides a valid header, then panics.
    struct Bug(&'static [u8]);

    impl Read for Bug {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            assert!(!self.0.is_empty(), "a bug");
            self.0.read(into)
        }
    }

    #[tokio::test]
    #[should_panic = "a bug"]
    async fn import_thread_that_dies_does_not_look_like_the_end_of_the_file() {
        let header = concat!(
            "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt\n",
            "u1,a@x,,,,,,,,,2014-01-01T00:00:00Z\n"
        );
        let open = || Ok(Box::new(BufReader::new(Bug(header.as_bytes()))) as Box<dyn BufRead>);
        let mut reading =
            FileReader::<UserChange>::start_with("users.csv".into(), Origin::Partial, Attributes::default(), open)
                .expect("a thread");
        while let Ok(Some(_)) = reading.next_chunk().await {}
    }
}
