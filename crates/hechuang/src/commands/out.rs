//! What a command prints on stdout. Whoever stops reading early (`| head`) ends it quietly.

use std::fmt::Display;
use std::io::{self, ErrorKind, Stdout, Write};

use super::{Run, Stop};

/// One line.
pub(crate) fn say(line: impl Display) -> Run {
    writeln!(io::stdout().lock(), "{line}").map_err(stop)
}

/// Data as JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Run {
    say(serde_json::to_string_pretty(value).map_err(|error| Stop::new(1, error))?)
}

fn stop(error: io::Error) -> Stop {
    match error.kind() {
        ErrorKind::BrokenPipe => Stop::quiet(),
        _ => Stop::new(1, format!("stdout: {error}")),
    }
}

/// Stdout for whoever writes much; remembers whether its reader went away.
pub(crate) struct Pipe {
    out: io::BufWriter<Stdout>,
    closed: bool,
}

impl Pipe {
    pub(crate) fn open() -> Self {
        Self { out: io::BufWriter::new(io::stdout()), closed: false }
    }

    /// How the writing ended: nobody reading is no failure.
    pub(crate) fn end(mut self, written: Run) -> Run {
        let flushed = self.flush();
        if self.closed { Err(Stop::quiet()) } else { written.and(flushed.map_err(stop)) }
    }

    fn noted<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        self.closed |= done.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        done
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.out.write(bytes);
        self.noted(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.noted(done)
    }
}
