//! SIGTERM and SIGINT: the files of the last run stay whole, and the next one goes on.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use sandbox::{Fault, Faults, Inclusion, Reload, Spot};
use trial::{Run, Signal, Stub};

use super::{assert_complete, faulty, fetch, lines, list_requests, server};

const KEEP: [&str; 2] = ["structures", "--keep-duplicates"];

const SIGNALS: [(Signal, i32); 2] = [(Signal::TERM, 143), (Signal::INT, 130)];

/// What readers see of a folder.
fn visible(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    named.filter(|(name, _)| !name.starts_with('.')).map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

#[test]
fn while_it_gathers_the_last_files_stay_and_the_next_run_goes_on() {
    for (signal, code) in SIGNALS {
        let server = faulty(1, Faults::default(), |_| {});
        let run = fetch(&server, &KEEP).args(["--stall-s", "60"]);
        run.run().expect_code(0);
        let folder = run.donnees_brutes().join("inclusion");
        let before = visible(&folder);
        server.service::<Inclusion>().reload(Reload::Change, Spot::Anywhere);
        let since = list_requests(&server, 0);
        // Faults are counted from where they are set.
        server.set_faults(Faults::default().and_at(Fault::Hang, 5));
        let running = run.start().until(|| list_requests(&server, 0) == since + 5);
        running.signal(signal);
        let stopped = running.wait().expect_code(code);
        assert_eq!(stopped.list("inclusion"), [".structures.journal", "structures.json", "structures.log"]);
        assert_eq!(visible(&folder), before);
        server.set_faults(Faults::default());
        let begun = list_requests(&server, 0);
        let finished = run.run().expect_code(0);
        assert!(finished.noted("going on with a run that was stopped"), "{finished}");
        assert_complete(&server, &finished, "structures", since);
        assert!(list_requests(&server, 0) - begun < begun - since + 4, "{finished}");
        assert_ne!(visible(&folder), before);
    }
}

/// A service of two structures, whose names are `nom`; what is to happen before an answer happens.
fn serving(nom: &'static str, before: impl Fn() + Send + 'static) -> Stub {
    let records = ["b", "d"].map(|id| format!("{{\"id\":\"{id}\",\"source\":\"x\",\"nom\":\"{nom}\"}}"));
    let body = format!("{{\"items\":[{}],\"total\":2,\"page\":1,\"size\":2}}", records.join(","));
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    Stub::start(move |_| {
        before();
        format!("{head}{body}").into_bytes()
    })
}

/// Puts a pipe in the place of a file, which is moved to `kept`.
fn replace_by_a_pipe(file: &Path, kept: &Path) {
    fs::rename(file, kept).unwrap();
    assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
}

/// Writes records that nobody has any more into a pipe for as long as they are read, and says when they are.
fn feed(pipe: PathBuf) -> Arc<AtomicBool> {
    let is_read = Arc::new(AtomicBool::new(false));
    let told = is_read.clone();
    thread::spawn(move || {
        let mut pipe = fs::File::create(pipe).unwrap();
        let mut line = "[{\"id\":\"a\",\"source\":\"x\"},\n".to_owned();
        while pipe.write_all(line.as_bytes()).is_ok() {
            line = line.replace('[', "");
            told.store(true, Ordering::SeqCst);
        }
    });
    is_read
}

#[test]
fn while_it_writes_the_last_files_stay_and_the_next_run_tells_the_same_changes() {
    for (signal, code) in SIGNALS {
        let at_first = serving("avant", || {});
        let sandbox = server(|_| {});
        let run = fetch(&sandbox, &["structures", "--since-last"]);
        let of = |stub: &Stub| -> Run { run.clone().env("DATA_INCLUSION_API_URL", stub.url()) };
        of(&at_first).run().expect_code(0);
        let folder = run.donnees_brutes().join("inclusion");
        let (file, kept) = (folder.join("structures.json"), run.folder().join("kept.json"));
        let before = visible(&folder);

        // The last file, which is compared once the new one is written, gets no end while it is compared.
        let place = (file.clone(), kept.clone());
        let is_done = AtomicBool::new(false);
        let then = serving("après", move || {
            if !is_done.swap(true, Ordering::SeqCst) {
                replace_by_a_pipe(&place.0, &place.1);
            }
        });
        let running = of(&then).start().until(|| kept.exists() && file.exists());
        let is_read = feed(file.clone());
        let running = running.until(|| is_read.load(Ordering::SeqCst));
        running.signal(signal);
        let stopped = running.wait().expect_code(code);
        fs::rename(&kept, &file).unwrap();
        assert_eq!(visible(&folder), before, "{stopped}");
        let hidden: Vec<String> = stopped.list("inclusion").into_iter().filter(|name| name.starts_with('.')).collect();
        assert_eq!(hidden, [".structures.journal"], "what was half written is gone");

        let again = of(&then).run().expect_code(0);
        assert_eq!(then.requests().len(), 1, "all was gathered");
        let changes = ["b", "d"].map(|id| {
            let record = format!("{{\"id\":\"{id}\",\"source\":\"x\",\"nom\":\"après\"}}");
            format!(
                "{{\"change\":\"changed\",\"id\":\"{id}\",\"source\":\"x\",\"fields\":[\"nom\"],\"record\":{record}}}"
            )
        });
        assert_eq!(lines(&again, "inclusion/structures-changes.json"), changes);
        let all = ["structures-changes.json", "structures-doublons.json", "structures.json", "structures.log"];
        assert_eq!(again.list("inclusion"), all);
    }
}
