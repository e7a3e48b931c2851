//! Notes on stderr: text for people, one JSON object a line for machines; at least one every half minute.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::MultiProgress;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::counter::Counter;
use crate::failure::Diagnostic;

/// Socket proxies cut a stream that was silent for half a minute or more; this leaves them some slack.
const LONGEST_SILENCE: Duration = Duration::from_secs(20);

/// How often the silence is measured.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Libraries whose notes below a warning only speak of themselves.
const CHATTY: [&str; 6] = ["hyper", "hyper_util", "h2", "reqwest", "rustls", "mio"];

/// The form of the notes on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people, and a progress bar on a terminal.
    Text,
    /// One JSON object a line.
    Json,
}

impl Format {
    /// What suits whoever reads stderr.
    pub(crate) fn of_stderr() -> Self {
        if io::stderr().is_terminal() { Self::Text } else { Self::Json }
    }
}

/// The least important note that is still written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verbosity {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl From<Verbosity> for LevelFilter {
    fn from(verbosity: Verbosity) -> Self {
        match verbosity {
            Verbosity::Error => Self::ERROR,
            Verbosity::Warn => Self::WARN,
            Verbosity::Info => Self::INFO,
            Verbosity::Debug => Self::DEBUG,
            Verbosity::Trace => Self::TRACE,
        }
    }
}

/// Where all notes of the process go through, so that they neither mix with a bar nor follow the receipt.
#[derive(Debug)]
pub(crate) struct Notes {
    step: String,
    format: Format,
    bars: Option<MultiProgress>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    last_note: Instant,
    closed: bool,
    counter: Weak<Counter>,
    /// Dropped to end the heartbeat.
    heart: Option<Sender<()>>,
}

impl Notes {
    /// Starts to write notes, and becomes the process's `tracing` subscriber.
    pub(crate) fn start(step: &str, format: Format, verbosity: Verbosity) -> Arc<Self> {
        let bars = (format == Format::Text && io::stderr().is_terminal()).then(MultiProgress::new);
        let (heart, stopped) = mpsc::channel();
        let state = State { last_note: Instant::now(), closed: false, counter: Weak::new(), heart: Some(heart) };
        let notes = Arc::new(Self { step: step.to_owned(), format, bars, state: Mutex::new(state) });
        let filter = Targets::new()
            .with_default(verbosity)
            .with_targets(CHATTY.map(|target| (target, LevelFilter::from(verbosity).min(LevelFilter::WARN))));
        let subscriber = tracing_subscriber::registry().with(ToNotes(notes.clone()).with_filter(filter));
        // Only a test that runs two steps in one process gets here twice; the first subscriber stays.
        let _ = tracing::subscriber::set_global_default(subscriber);
        if notes.bars.is_none() {
            let beating = notes.clone();
            thread::spawn(move || {
                while stopped.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                    beating.beat();
                }
            });
        }
        notes
    }

    /// The bars to draw progress with, if somebody watches.
    pub(crate) fn bars(&self) -> Option<&MultiProgress> {
        self.bars.as_ref()
    }

    /// Whoever counts last is who the heartbeat speaks of.
    pub(crate) fn watch(&self, counter: &Arc<Counter>) {
        self.state().counter = Arc::downgrade(counter);
    }

    /// From now on nothing is written any more: the receipt comes next.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.heart = None;
        if let Some(bars) = &self.bars {
            let _ = bars.clear();
        }
    }

    /// The last word of a run that failed.
    pub(crate) fn fail(&self, diagnostic: &Diagnostic) {
        self.close();
        let mut fields = Map::new();
        fields.insert("exit_code".to_owned(), diagnostic.code.number().into());
        fields.extend(diagnostic.retry_after_s.map(|seconds| ("retry_after_s".to_owned(), seconds.into())));
        fields.extend(diagnostic.hint.clone().map(|hint| ("hint".to_owned(), hint.into())));
        let line = self.render(Level::ERROR, &diagnostic.message, fields);
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }

    fn beat(&self) {
        let counter = {
            let state = self.state();
            if state.closed || state.last_note.elapsed() < LONGEST_SILENCE {
                return;
            }
            state.counter.upgrade()
        };
        match counter {
            Some(counter) => tracing::info!("{counter}"),
            None => tracing::info!("still working"),
        }
        // Whatever the level lets through, a silent minute must not become a busy one.
        self.state().last_note = Instant::now();
    }

    fn note(&self, level: Level, message: &str, fields: Map<String, Value>) {
        let line = self.render(level, message, fields);
        let mut state = self.state();
        if state.closed {
            return;
        }
        state.last_note = Instant::now();
        // A closed stderr must not end the work.
        let write = || drop(io::stderr().lock().write_all(line.as_bytes()));
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }

    fn render(&self, level: Level, message: &str, fields: Map<String, Value>) -> String {
        match self.format {
            Format::Text => self.render_text(level, message, fields),
            Format::Json => self.render_json(level, message, fields),
        }
    }

    fn render_text(&self, level: Level, message: &str, mut fields: Map<String, Value>) -> String {
        let hint = fields.remove("hint");
        fields.remove("exit_code");
        let mark = match level {
            Level::WARN => "warning: ",
            Level::DEBUG => "debug: ",
            Level::TRACE => "trace: ",
            _ => "",
        };
        let mut line = format!("{}: {mark}{message}", self.step);
        for (name, value) in fields {
            line.push_str(&format!(" {name}={value}"));
        }
        line.push('\n');
        if let Some(Value::String(hint)) = hint {
            line.push_str(&format!("hint: {hint}\n"));
        }
        line
    }

    fn render_json(&self, level: Level, message: &str, fields: Map<String, Value>) -> String {
        let mut object = Map::new();
        object.insert("time".to_owned(), jiff::Timestamp::now().to_string().into());
        object.insert("level".to_owned(), level.as_str().into());
        object.insert("step".to_owned(), self.step.clone().into());
        object.insert("message".to_owned(), message.into());
        object.extend(fields);
        format!("{}\n", Value::Object(object))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it writes a note")
    }
}

/// Hands `tracing` events to the notes.
struct ToNotes(Arc<Notes>);

impl<S: Subscriber> Layer<S> for ToNotes {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut gathered = Gathered::default();
        event.record(&mut gathered);
        self.0.note(*event.metadata().level(), &gathered.message, gathered.fields);
    }
}

/// The fields of one event.
#[derive(Default)]
struct Gathered {
    message: String,
    fields: Map<String, Value>,
}

impl Visit for Gathered {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message = value.to_owned(),
            name => drop(self.fields.insert(name.to_owned(), value.into())),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.insert(field.name().to_owned(), value.into());
    }
}
