//! The output of a child, a line at a time, each with a prefix that says whose it is.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long the last lines of a child that has ended are waited for: a process that left its group may hold the pipe.
const LAST: Duration = Duration::from_millis(500);

/// What copies a child's output; ends with it.
#[derive(Debug)]
pub(super) struct Output {
    prefix: Arc<str>,
    sender: Option<Sender<()>>,
    done: Receiver<()>,
}

impl Output {
    pub(super) fn new(prefix: &str) -> Self {
        let (sender, done) = channel();
        Self { prefix: prefix.into(), sender: Some(sender), done }
    }

    /// Copies from now on, in a thread of its own.
    pub(super) fn copy<R: Read + Send + 'static, W: Write + 'static>(&self, from: Option<R>, to: fn() -> W) {
        let (Some(from), sender, prefix) = (from, self.sender.clone(), Arc::clone(&self.prefix)) else {
            return;
        };
        let copying = move || {
            copy(from, to, &prefix);
            drop(sender);
        };
        if let Err(error) = thread::Builder::new().name("vite-bridge output".to_owned()).spawn(copying) {
            tracing::warn!(%error, "no thread for a child's output");
        }
    }

    /// Waits for the last lines.
    pub(super) fn finish(&mut self) {
        self.sender = None;
        if self.done.recv_timeout(LAST) == Err(RecvTimeoutError::Timeout) {
            tracing::debug!("a process outside of the group holds on to the output");
        }
    }
}

fn copy<W: Write>(from: impl Read, to: fn() -> W, prefix: &str) {
    let mut from = BufReader::new(from);
    let mut line = prefix.as_bytes().to_vec();
    while from.read_until(b'\n', &mut line).is_ok_and(|size| size > 0) {
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        // One write for a line, so that two children do not mix; nobody may be reading any more.
        let mut to = to();
        let _ = to.write_all(&line).and_then(|()| to.flush());
        line.truncate(prefix.len());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::{Write, copy};

    static WRITTEN: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

    struct Writes;

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_one_write_with_its_prefix_whatever_its_bytes() {
        copy(&b"one\n\xff\n\nlast"[..], || Writes, "vite | ");
        let written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
        let expected: [&[u8]; 4] = [b"vite | one\n", b"vite | \xff\n", b"vite | \n", b"vite | last\n"];
        assert_eq!(written.as_slice(), expected);
    }
}
