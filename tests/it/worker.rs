//! Jobs in worker processes: what the interpreter cannot stop, a limit of the process does.

use crate::base;
use faultbook::engine::Format;
use faultbook::parse;
use faultbook::process::Workers;
use faultbook::prove::{self, Contract, Job, JobFile, JobFixture, JobSnippet, Killed, Prover, Report, Step};
use std::time::{Duration, Instant};

fn workers() -> Workers {
    Workers::of(env!("CARGO_BIN_EXE_faultbook").into())
}

/// A check of `a.json` for each program, and a broken fixture with that file.
fn job(programs: &[&str], document: &str) -> Job {
    let input = JobFile { name: None, path: "~/a.json".into(), format: Format::Json, optional: false };
    let snippet = |(at, code): (usize, &&str)| JobSnippet {
        id: format!("check-{at}"),
        code: (*code).into(),
        diff: false,
        silences: None,
        inputs: vec![input.clone()],
        skip: false,
    };
    Job {
        constants: Vec::new(),
        snippets: programs.iter().enumerate().map(snippet).collect(),
        fixtures: vec![JobFixture {
            name: "broken".into(),
            broken: true,
            files: vec![("~/a.json".into(), document.into())],
            harmless: Vec::new(),
        }],
        ..Job::default()
    }
}

fn contracts(report: Result<Report, Killed>) -> Vec<Contract> {
    report.unwrap().breaches.into_iter().map(|breach| breach.contract).collect()
}

#[test]
fn a_worker_serves_one_job_after_the_other() {
    let workers = workers();
    assert_eq!(contracts(workers.prove(&job(&[".a"], "{\"a\":1}"))), []);
    let failed = contracts(workers.prove(&job(&[".a.b"], "{\"a\":1}")));
    assert_eq!(failed, [Contract::Failed { message: "Cannot index number with string \"b\"".into() }]);
    let budget = contracts(workers.prove(&job(&["def f: f; f"], "{}")));
    // On a busy machine time ends before the steps do.
    assert!(matches!(&budget[..], [Contract::Budget { .. }]), "{budget:?}");
}

#[test]
fn several_threads_may_ask_at_once() {
    let workers = workers();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(contracts(workers.prove(&job(&[".a"], "{\"a\":1}"))), []));
        }
    });
}

#[test]
fn a_step_without_an_end_is_killed_with_its_name_and_the_next_job_is_served() {
    // Comparing two values that are small but have no end when unfolded is a single operation of the host.
    let endless = "def v: reduce range(60) as $i (1; [., .]); [v] == [v] | select(.)";
    let workers = workers();
    let start = Instant::now();
    let killed = workers.prove(&job(&[".", endless], "{}")).unwrap_err();
    assert_eq!(
        killed,
        Killed { step: Step { snippet: 1, fixture: Some(0), mutant: None }, reason: "ran out of time".into() }
    );
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(contracts(workers.prove(&job(&[".a"], "{\"a\":1}"))), []);
}

#[test]
fn all_that_is_tried_of_an_incident_can_be_read() {
    let tree = base::site();
    let (site, _) = parse::site(&tree);
    let (_, incident) = site.incidents().next().unwrap();
    let text = prove::explain(incident, &tree, &base::InPlace);
    for line in [
        "single faults: 1 flagged, 0 missed, 0 harmless alone",
        "  `healthy-an-hour` with `.token_hours = 0` in ~/.demo/config.json: flagged",
        "  `broken`: 1 finding, the first {\"hours\":0}",
        "    line 1: `<` becomes `<=`: caught by healthy-an-hour",
        "    `del(.token_hours)` in ~/.demo/config.json on `healthy`",
    ] {
        assert!(text.lines().any(|got| got == line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn a_fault_that_no_check_finds_is_not_called_flagged() {
    let path = "content/demo/token-expired/index.en.md";
    let mut tree = base::site();
    let blind = tree.file(tree.find(path).unwrap()).text().unwrap().replace("< 1", "< 0");
    tree.add(path, blind);
    let (site, _) = parse::site(&tree);
    let (_, incident) = site.incidents().next().unwrap();
    let text = prove::explain(incident, &tree, &base::InPlace);
    assert!(text.contains("single faults: 0 flagged, 1 missed"), "{text}");
}
