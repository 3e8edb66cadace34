//! Reads the output of a child process line by line.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long to wait for the last lines after the child has ended. The wait is limited because a
/// process that left the group may keep the pipe open.
const LAST: Duration = Duration::from_millis(500);

/// The output stream to which a program wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// The function that receives each line, including `\n`.
pub(super) type Sink = Arc<dyn Fn(OutputStream, &[u8]) + Send + Sync>;

/// The threads that read the output of a child. Each ends when its stream is closed.
pub(super) struct Output {
    sink: Sink,
    sender: Option<Sender<()>>,
    done: Receiver<()>,
}

impl Output {
    pub(super) fn new(sink: Sink) -> Self {
        let (sender, done) = channel();
        Self { sink, sender: Some(sender), done }
    }

    /// Starts a thread that reads a stream.
    pub(super) fn read<R: Read + Send + 'static>(&self, from: Option<R>, stream: OutputStream) {
        let (Some(from), sender, sink) = (from, self.sender.clone(), Arc::clone(&self.sink)) else {
            return;
        };
        let reading = move || {
            lines(from, |line| sink(stream, line));
            drop(sender);
        };
        if let Err(error) = thread::Builder::new().name("vite-bridge output".to_owned()).spawn(reading) {
            tracing::warn!(%error, "cannot start a thread for the output of a process");
        }
    }

    /// Waits for the last lines, at most [`LAST`].
    pub(super) fn finish(&mut self) {
        self.sender = None;
        if self.done.recv_timeout(LAST) == Err(RecvTimeoutError::Timeout) {
            tracing::debug!("a process outside of the group keeps the output open");
        }
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Output")
    }
}

/// Returns a sink that writes to the application's output, with a prefix before each line.
pub(super) fn prefixed(prefix: &str) -> Sink {
    let prefix = prefix.as_bytes().to_vec();
    Arc::new(move |stream, line| match stream {
        OutputStream::Stdout => write(io::stdout(), &prefix, line),
        OutputStream::Stderr => write(io::stderr(), &prefix, line),
    })
}

/// Writes a line with a single call, so that the lines of two children do not mix. Errors are
/// ignored, because the reader of the output may be gone.
fn write(mut to: impl Write, prefix: &[u8], line: &[u8]) {
    let _ = to.write_all(&[prefix, line].concat()).and_then(|()| to.flush());
}

fn lines(from: impl Read, mut sink: impl FnMut(&[u8])) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|size| size > 0) {
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        sink(&line);
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Write, lines, write};

    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_one_write_with_its_prefix_whatever_its_bytes() {
        let mut written = Writes::default();
        lines(&b"one\n\xff\n\nlast"[..], |line| write(&mut written, b"vite | ", line));
        let expected: [&[u8]; 4] = [b"vite | one\n", b"vite | \xff\n", b"vite | \n", b"vite | last\n"];
        assert_eq!(written.0, expected);
    }
}
