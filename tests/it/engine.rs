//! The engine from outside: what programs give, how they fail, what stops them, and that the commands shown to readers
//! do the same with the real jq.

use faultbook::engine::{
    CommandInput, Diff, Fault, FaultKind, Format, Limits, Probe, Program, Value, check_command, diff_command,
    fix_command, read,
};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A clock, and no account of memory.
struct Clock(Instant);

impl Probe for Clock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn memory(&self) -> usize {
        0
    }
}

/// Runs on a thread with the stack that a program may use.
fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, work);
        thread.unwrap().join().unwrap()
    })
}

fn run(code: &str, input: &str) -> Result<Vec<String>, Vec<Fault>> {
    // Tests run unoptimised on busy machines: there is time enough, unless time is what is tested.
    let limits = Limits { deadline: Duration::from_secs(20), ..Limits::default() };
    on_a_large_stack(|| {
        let program = Program::compile(code, &[])?;
        let outputs = program.run(Value::parse(input).unwrap(), Vec::new(), &limits, &Clock(Instant::now()));
        outputs.map(|outputs| outputs.iter().map(Value::to_json).collect()).map_err(|fault| vec![fault])
    })
}

/// The outputs, one a line; an error as `! message`.
fn check(code: &str, input: &str, expected: &str) {
    let text = match run(code, input) {
        Ok(outputs) => outputs.join("\n"),
        Err(faults) => faults.iter().map(|fault| format!("! {}", fault.message)).collect::<Vec<_>>().join("\n"),
    };
    assert_eq!(text, expected, "{code}");
}

/// The faults as `text at the place: message (help)`.
fn faults(code: &str, expected: &[&str]) {
    let shown = |fault: &Fault| {
        let help = fault.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
        format!("{}: {}{help}", &code[fault.at.clone()], fault.message)
    };
    let faults: Vec<String> = run(code, "null").unwrap_err().iter().map(shown).collect();
    assert_eq!(faults, expected, "{code}");
}

#[test]
fn updates_mean_what_they_mean_in_jq_1_7() {
    check("del(.[0], .[1])", "[1,2,3,4]", "[3,4]");
    check("delpaths([[0], [1]])", "[1,2,3,4]", "[3,4]");
    check("del(.[1:3], .[0])", "[1,2,3,4]", "[4]");
    check(".a.b.c = 1", "{}", "{\"a\":{\"b\":{\"c\":1}}}");
    check(".[3] = 1", "[0]", "[0,null,null,1]");
    check(".[] |= empty", "[1,2,3]", "[]");
    check("(.[] | select(. >= 2)) |= empty", "[1,2,3,4]", "[1]");
    check(".port |= empty", "{\"a\":1,\"port\":2,\"z\":3}", "{\"a\":1,\"z\":3}");
    check(".a //= 3 | .a //= 4 | .b //= 5", "{\"b\":false}", "{\"b\":5,\"a\":3}");
    check(".x += [1] | .x += [2]", "{}", "{\"x\":[1,2]}");
    check("first(.[] | select(. < 2)) = 9", "[3,1,1]", "[3,9,1]");
    check("(limit(1; .[]) | .id) = 2", "[{\"id\":1},{\"id\":1}]", "[{\"id\":2},{\"id\":1}]");
    check("(.path.x)? = 1", "{\"path\":\"p\"}", "{\"path\":\"p\"}");
    check("setpath([\"x\", \"y\"]; 1)", "null", "{\"x\":{\"y\":1}}");
    check(".[1:3] = [\"x\"] | .[2:] |= map(. + 1)", "[1,2,3,4]", "[1,\"x\",5]");
    check(".a = (1, 2)", "{}", "{\"a\":1}\n{\"a\":2}");
    check(".a |= (1, 2)", "{}", "{\"a\":1}");
    check("walk(if type == \"object\" then del(.x) else . end)", "{\"y\":[{\"x\":1,\"z\":2}]}", "{\"y\":[{\"z\":2}]}");
    check("with_entries(.key |= ascii_upcase)", "{\"a\":1}", "{\"A\":1}");
    check(".[-9] = 1", "[1]", "! Out of bounds negative array index");
}

#[test]
fn a_question_mark_forgives_the_last_part_of_a_path() {
    let fails = "! Cannot index string with string \"a\"";
    for path in [".a[]?", ".a.b?", ".a[0]?", ".a[1:]?", "[.a[]?]"] {
        check(path, "\"text\"", fails);
    }
    check(".a?, try .a[], (.a[])?", "\"text\"", "");
    check("[.[]?], [.[0]?], [.b?[]?]", "{\"b\":1}", "[1]\n[]\n[]");
    check("del(.a[]?.b) | .c[]? |= . + 1", "{\"a\":[{\"b\":1}],\"c\":2}", "{\"a\":[{}],\"c\":2}");
}

#[test]
fn outputs_come_in_the_order_of_jq() {
    check("[(1, 2) + (10, 20)]", "null", "[11,12,21,22]");
    check("[(1, 2) == (1, 2)]", "null", "[true,false,false,true]");
    check("[\"\\(1, 2) \\(3, 4)\"]", "null", "[\"1 3\",\"2 3\",\"1 4\",\"2 4\"]");
    check(
        "{a: (1, 2), b: (3, 4)} | tojson",
        "null",
        "\"{\\\"a\\\":1,\\\"b\\\":3}\"\n\"{\\\"a\\\":1,\\\"b\\\":4}\"\n\"{\\\"a\\\":2,\\\"b\\\":3}\"\n\"{\\\"a\\\":2,\\\"b\\\":4}\"",
    );
    check("reduce (1, 2) as $x (0; . + $x, . + 10)", "null", "20");
    check("reduce (1, 2) as $x (0; empty)", "null", "null");
    check("[foreach (1, 2) as $x (0; . + $x, . + 10)]", "null", "[1,10,12,20]");
    check("[foreach (1, 2, 3) as $x (0; if $x == 2 then empty else . + $x end)]", "null", "[1,3]");
    check(".a = 1 // 2", "{}", "{\"a\":1}");
    check("[1 + 2 as $x | $x * 2, 5]", "null", "[5,6]");
}

#[test]
fn numbers_stay_as_written_until_something_is_calculated() {
    check("., . + 0", "1.0", "1.0\n1");
    check("., . + 0", "9007199254740993", "9007199254740993\n9007199254740992");
    check("., -.", "1.10", "1.10\n-1.1");
    check("100000000000000000000, 1e1000 * 1", "null", "100000000000000000000\n1.7976931348623157e+308");
    check("[nan] | sort, (nan < nan), (infinite | tostring)", "null", "[null]\ntrue\n\"1.7976931348623157e+308\"");
    check("\"0x10\" | tonumber? // \"none\"", "null", "\"none\"");
}

#[test]
fn every_fault_of_a_text_is_told_with_its_place() {
    faults(".a |", &["|: a value is missing at the end of the program"]);
    faults("(1 + ] | [2 * )", &["]: a value is missing before `]`", "): a value is missing before `)`"]);
    faults(".[0", &["[: this `[` is never closed"]);
    faults(
        "if .a then 1 end",
        &["end: this `if` has no `else` (only jq 1.7 and later do without: write `else . end`)"],
    );
    faults("{a: .b // 1}", &["//: `//` in an object's value needs parentheses (write `key: (…)`)"]);
    faults(".a.[0]", &[".: a dot before a bracket (leave the dot out: only jq 1.7 and later take `.a.[0]`)"]);
    faults(".a?//1", &["?//: `?//` does not fit here (`?//` is read as one mark: write `? //`)"]);
    faults(
        "\"\\d\" | 'a'",
        &[
            "\\d: `\\d` is no escape (a backslash itself is `\\\\`, in a regular expression too)",
            "': `'` means nothing in jq (strings stand in double quotes: `\"…\"`)",
            "': `'` means nothing in jq (strings stand in double quotes: `\"…\"`)",
        ],
    );
    faults(". || 1", &["|: a value is missing before `|` (jq's word for either of two is `or`)"]);
    faults(
        "1 == 2 == 3",
        &["==: `==` cannot follow another comparison or assignment (put one of the two in parentheses)"],
    );
    faults(". as [$a] ?// $b | 1", &["?//: `?//` is not run here (look at the value's `type` first, then bind it)"]);
}

#[test]
fn every_name_that_cannot_be_used_is_told_with_its_place() {
    faults(
        "to_entrie | $x | map(.; 1) | @cvs",
        &[
            "to_entrie: no function `to_entrie` (did you mean `to_entries`?)",
            "$x: no variable `$x`",
            "map: `map` takes 1 argument, not 2",
            "@cvs: no format `@cvs` (did you mean `@csv`?)",
        ],
    );
    faults("pick(.a)", &["pick: `pick` came with jq 1.7, and many readers have 1.6 (write the object: `{a: .a}`)"]);
    for refused in ["input", "inputs", "$ENV", "env", "now", "input_filename", "debug", "halt", "import \"a\" as b; 1"]
    {
        let faults = run(refused, "null").unwrap_err();
        assert!(faults.iter().all(|fault| fault.kind == FaultKind::Refused && fault.help.is_some()), "{faults:?}");
    }
}

#[test]
fn an_error_is_placed_at_the_part_that_failed() {
    faults(". as $x | 1 | .scopes | length", &[".scopes: Cannot index number with string \"scopes\""]);
    faults("[1] | map(. + \"x\")", &["+: number (1) and string (\"x\") cannot be added"]);
    faults("def f: .[] ; [{}] | f | keys | .[0] | f", &["[]: Cannot iterate over null (null)"]);
    faults("try error(\"a\") catch (. | keys)", &["keys: string (\"a\") has no keys"]);
    faults("{a: 1} as {a: [$b]} | $b", &["[$b]: Cannot index number with number"]);
    faults("\"x\\(1 | error(\"no\"))\"", &["error: no"]);
    faults("(1 | .a)? , (2 | .b)", &[".b: Cannot index number with string \"b\""]);
}

/// Programs that would run on for ever or fill the machine, and the text at which they are stopped.
const HOSTILE: [(&str, &str); 30] = [
    ("def f: f; f", "f"),
    ("[range(1e12)]", "range"),
    ("[repeat(.)]", "repeat"),
    ("last(repeat(1))", "repeat"),
    ("def f: 1 + f; f", "f"),
    ("def f: [f]; f", "f"),
    ("def f: f | f; f", "f"),
    ("def f(g): f(g | g); f(.)", "f"),
    ("[limit(1e12; repeat(1))]", "repeat"),
    ("reduce range(60) as $i (\"x\"; . + .)", "+"),
    ("reduce range(60) as $i (\"x\"; \"\\(.)\\(.)\")", "."),
    ("\"x\" * 10000000000", "*"),
    ("null | .[1e9] = 1", "[1e9]"),
    ("[range(100)] | [.[] as $a | .[] as $b | .[] as $c | .[] as $d | $a + 0]", "+"),
    // Which of its two parts is reached last depends on the clock.
    ("def f: try error(1) catch f; f", ""),
    ("try (def f: f; f) catch 1", "f"),
    ("(def f: f; f) // 1", "f"),
    ("label $x | def f: f, break $x; f", "f"),
    ("[.] | until(false; .)", "until"),
    ("while(true; .)", ""),
    ("\"a\" | until(length > 1e9; . + .)", "+"),
    ("[1 | recurse([., .])]", "["),
    ("reduce repeat(0) as $x (0; . + 1)", "+"),
    ("first(def f: f; f)", "f"),
    ("isempty(def f: f; f)", "f"),
    ("path(def f: f; f)", "f"),
    ("getpath([range(1e7)])", "range"),
    ("[paths(repeat(1))]", "repeat"),
    ("nan | until(. == 0; .)", "until"),
    ("reduce range(40) as $i ({a: 1}; {a: ., b: .}) | tojson", "tojson"),
];

#[test]
fn what_would_not_end_is_stopped_at_its_place() {
    for (code, place) in HOSTILE {
        let start = Instant::now();
        let faults = run(code, "null").unwrap_err();
        let [fault] = &faults[..] else { panic!("{code}: {faults:?}") };
        assert_eq!(fault.kind, FaultKind::Budget, "{code}: {fault:?}");
        let text = &code[fault.at.clone()];
        assert!(text == place || place.is_empty() || text.starts_with(place), "{code}: stopped at `{text}`");
        assert!(start.elapsed() < Duration::from_secs(15), "{code}: {:?}", start.elapsed());
    }
}

#[test]
fn the_clock_stops_what_has_steps_left() {
    let limits = Limits { steps: u64::MAX, ..Limits::default() };
    let fault = on_a_large_stack(|| {
        let program = Program::compile("[repeat(1)]", &[]).unwrap();
        program.run(Value::null(), Vec::new(), &limits, &Clock(Instant::now())).unwrap_err()
    });
    assert_eq!(fault.message, "ran out of time");
}

#[test]
fn repeated_multiplication_ends_as_in_jq() {
    check("reduce range(40) as $i (10; . * .)", "null", "1.7976931348623157e+308");
}

#[test]
fn a_program_runs_again_and_again_with_variables() {
    let program = Program::compile("{a: $a, b: ($b - .)}", &["a", "b"]).unwrap();
    for _ in 0..2 {
        let variables = ["\"x\"", "[1,2]"].map(|json| Value::parse(json).unwrap()).to_vec();
        let input = Value::parse("[2]").unwrap();
        let outputs = program.run(input, variables, &Limits::default(), &Clock(Instant::now())).unwrap();
        assert_eq!(outputs[0].to_json(), "{\"a\":\"x\",\"b\":[1]}");
    }
}

/// A home folder with files, in which commands are run.
struct Home(tempfile::TempDir);

impl Home {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// What a command prints, a line each; nothing when it fails.
    fn run(&self, command: &str) -> Option<Vec<String>> {
        let output = Command::new("sh").args(["-c", command]).env("HOME", self.path()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        output.status.success().then(|| text.lines().map(str::to_owned).collect())
    }
}

fn is_installed(tool: &str) -> bool {
    Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap().status.success()
}

fn input(name: Option<&str>, path: &str, format: Format, optional: bool) -> CommandInput {
    CommandInput { name: name.map(str::to_owned), path: path.to_owned(), format, optional }
}

/// The engine's outputs for files of a home folder.
fn outputs(home: &Home, code: &str, inputs: &[CommandInput], constants: &[(String, String)]) -> Vec<Value> {
    let names: Vec<&str> = constants
        .iter()
        .map(|(name, _)| &**name)
        .chain(inputs.iter().filter_map(|input| input.name.as_deref()))
        .collect();
    let document = |input: &CommandInput| match std::fs::read(home.path().join(input.path.trim_start_matches("~/"))) {
        Ok(bytes) => read(input.format, &bytes, &Limits::default()).unwrap(),
        Err(_) => Value::null(),
    };
    let mut variables: Vec<Value> = constants.iter().map(|(_, json)| Value::parse(json).unwrap()).collect();
    variables.extend(inputs.iter().filter(|input| input.name.is_some()).map(document));
    let main = inputs.iter().find(|input| input.name.is_none()).map_or_else(Value::null, document);
    Program::compile(code, &names).unwrap().run(main, variables, &Limits::default(), &Clock(Instant::now())).unwrap()
}

#[test]
fn a_rendered_check_finds_what_the_engine_finds() {
    let home = Home::new(&[
        (".x/a.json", "{\"s\":[\"it's\",\"b\"],\"n\":2}"),
        (".x/my b.json", "{\"k\":{\"n\":1}}"),
        ("x.log", "one\ntwo\r\n\nlast"),
        ("x.yaml", "a: no\nb: &b {c: 017x}\nd: *b\n"),
        ("x.service", "[Unit]\nAfter=a\nAfter=b\n[Service]\nExecStart=/bin/x \\\n  --flag\nq=\"v w\"\n"),
        ("x.env", "A=1\nexport B=2\nA=\"x y\"\n"),
        ("x.toml", "z = 1\n[t]\nd = 2020-01-01T00:00:00Z\nl = [1.5, \"x\"]\n"),
    ]);
    let want = [("want".to_owned(), "[\"it's\",\"c\"]".to_owned())];
    let json = input(None, "~/.x/a.json", Format::Json, false);
    let cases: &[(&str, &str, Vec<CommandInput>)] = &[
        ("jq", "{lacks: ($want - .s)[]}", vec![json.clone()]),
        ("jq", "# comment\n.s[]\n| select(. != $want[0]) # it's\n", vec![json.clone()]),
        ("jq", "-.n", vec![json.clone()]),
        (
            "jq",
            "$a.s[], $b.k, ., $c, $want[1]",
            vec![
                input(Some("a"), "~/.x/a.json", Format::Json, false),
                input(Some("b"), "~/.x/my b.json", Format::Json, true),
                input(Some("c"), "~/absent.json", Format::Json, true),
            ],
        ),
        (
            "jq",
            ".n, $b.k.n, $log",
            vec![
                json,
                input(Some("b"), "~/.x/my b.json", Format::Json, false),
                input(Some("log"), "~/x.log", Format::Lines, false),
            ],
        ),
        ("jq", "., length", vec![input(None, "~/x.log", Format::Lines, false)]),
        (
            "jq",
            "., ($l | length), $m",
            vec![
                input(None, "~/absent.json", Format::Json, true),
                input(Some("l"), "~/x.log", Format::Lines, true),
                input(Some("m"), "~/absent.log", Format::Lines, true),
            ],
        ),
        ("yq", ".", vec![input(None, "~/x.yaml", Format::Yaml, false)]),
        ("jc", "., ([.. | strings] | length)", vec![input(None, "~/x.service", Format::Systemd, false)]),
        (
            "jc",
            "., $u.Unit, $e.A",
            vec![
                input(None, "~/x.env", Format::Env, true),
                input(Some("u"), "~/x.service", Format::Systemd, false),
                input(Some("e"), "~/x.env", Format::Env, true),
            ],
        ),
        ("python3", ".", vec![input(None, "~/x.toml", Format::Toml, false)]),
    ];
    for (tool, code, inputs) in cases {
        if !is_installed("jq") || !is_installed(tool) {
            continue;
        }
        let expected: Vec<String> = outputs(&home, code, inputs, &want).iter().map(Value::to_json).collect();
        let command = check_command(code, inputs, &want);
        assert_eq!(home.run(&command), Some(expected), "{command}");
    }
}

#[test]
fn a_rendered_fix_heals_the_file_as_the_engine_does() {
    use std::os::unix::fs::PermissionsExt;
    if !is_installed("jq") {
        return;
    }
    let before = "{\"a\":{\"s\":[\"x\"]},\"n\":1}\n";
    let home = Home::new(&[(".x/a.json", before), ("x.log", "one\ntwo\n")]);
    let path = home.path().join(".x/a.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let constants = [("want".to_owned(), "[\"x\",\"it's\"]".to_owned())];
    let inputs = [input(None, "~/.x/a.json", Format::Json, false)];
    let code = ".a.s |= (. + ($want - .))\n| del(.n)";
    let healed = outputs(&home, code, &inputs, &constants);
    assert_eq!(home.run(&fix_command(code, &inputs, &constants)), Some(Vec::new()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}\n", healed[0].to_pretty()));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_to_string(path.with_extension("json.bak")).unwrap(), before);

    let now = std::fs::read(&path).unwrap();
    for failing in [".a.s.t = 1", "empty"] {
        assert_eq!(home.run(&fix_command(failing, &inputs, &[])), None, "{failing}");
        assert_eq!(std::fs::read(&path).unwrap(), now, "{failing}");
    }

    let lines = [input(None, "~/x.log", Format::Lines, false)];
    assert_eq!(home.run(&fix_command("map(ascii_upcase)", &lines, &[])), Some(Vec::new()));
    assert_eq!(std::fs::read_to_string(home.path().join("x.log")).unwrap(), "ONE\nTWO\n");
}

/// Texts, hunks, and whether the hunks fit.
const DIFFS: [(&str, &str, bool); 16] = [
    ("a\nb\nc\nd\n", "@@ -2,2 +2,2 @@\n b\n-c\n+x\n", false),
    ("a\nb\nc\n", "@@ -2,2 +2,2 @@\n b\n-c\n+x\n", true),
    ("1\n2\na\nb\nc\nd\n", "--- a/x\n+++ b/x\n@@ -2,3 +2,3 @@ section\n b\n-c\n+x\n d\n", true),
    ("b\nc\nd\n", "@@ -9,3 +9,3 @@\n b\n-c\n+x\n d\n", true),
    ("b\nc\nd\nb\nc\nd\n", "@@ -3,3 +3,3 @@\n b\n-c\n+x\n d\n", true),
    ("b\n c\nd\n", "@@ -1,3 +1,3 @@\n b\n-c\n+x\n d\n", false),
    ("b\nc\nd", "@@ -1,3 +1,3 @@\n b\n-c\n+x\n d\n", false),
    ("b\nc\nd", "@@ -1,3 +1,3 @@\n b\n-c\n+x\n d\n\\ No newline at end of file\n", true),
    ("b\r\nc\r\nd\r\n", "@@ -1,3 +1,3 @@\n b\n-c\n+x\n d\n", false),
    ("0\na\nb\n", "@@ -1,2 +1,2 @@\n-a\n+x\n b\n", false),
    ("0\na\nb\n", "@@ -2,2 +2,2 @@\n-a\n+x\n b\n", true),
    ("a\n\nb\n", "@@ -1,3 +1,3 @@\n-a\n+x\n\n b\n", true),
    ("a\nb\n", "@@ -1,0 +2,2 @@\n+x\n+y\n", true),
    ("a\nb\n", "@@ -1 +1 @@\n-a\n+x\n@@ -2 +2 @@\n-b\n+it's $y `z` \\\n", true),
    ("0\na\nm\nm\nm\nb\n", "@@ -1,2 +1,1 @@\n-a\n m\n@@ -5 +4,2 @@\n b\n+END\n", false),
    ("0\n0\na\nm\nm\nm\nm\nz\n", "@@ -2,3 +2,2 @@\n 0\n-a\n m\n@@ -5,3 +4,4 @@\n m\n m\n+END\n z\n", true),
];

/// Applies a diff by the engine and by the command, which must leave the same; says whether it fits.
fn applies(text: &str, code: &str) -> bool {
    let home = Home::new(&[("my dir/f", text)]);
    let diff = Diff::parse(code).unwrap_or_else(|faults| panic!("{code}: {faults:?}"));
    let healed = diff.apply(text).ok().filter(|healed| !healed.is_empty());
    let command = diff_command(&diff, "~/my dir/f");
    assert_eq!(home.run(&command).is_some(), healed.is_some(), "{text:?} {command}");
    let read = |name: &str| std::fs::read_to_string(home.path().join("my dir").join(name)).ok();
    assert_eq!(read("f").as_deref(), Some(healed.as_deref().unwrap_or(text)), "{text:?} {command}");
    assert_eq!(read("f.bak"), healed.clone().map(|_| text.to_owned()), "{text:?} {command}");
    assert_eq!((read("f.new"), read("f.rej")), (None, None), "{text:?} {command}");
    healed.is_some()
}

#[test]
fn a_rendered_diff_is_applied_as_the_engine_applies_it() {
    assert!(is_installed("patch"), "`tests/run` installs patch");
    for (text, code, fits) in DIFFS {
        assert_eq!(applies(text, code), fits, "{text:?} {code}");
    }
    // Files of few different lines, so that hunks fit at several places or nearly.
    let mut random: u32 = 0x2545_f491;
    let mut any = |limit: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) as usize % limit
    };
    let mut fitted = 0;
    for _ in 0..100 {
        let lines: Vec<&str> = (0..2 + any(6)).map(|_| ["a\n", "b\n", "c\n"][any(3)]).collect();
        let start = any(lines.len());
        let part = &lines[start..start + 1 + any(lines.len() - start)];
        let changed = any(part.len());
        let (mut hunk, mut old, mut new) = (String::new(), 0, 0);
        for (at, line) in part.iter().enumerate() {
            let marks: &[&str] = if at == changed { [&["-", "+x"][..], &["-"], &[" ", "+"]][any(3)] } else { &[" "] };
            for mark in marks {
                hunk.extend([*mark, *line]);
                old += usize::from(!mark.starts_with('+'));
                new += usize::from(!mark.starts_with('-'));
            }
        }
        let first = 1 + any(lines.len() + 2);
        let code = format!("@@ -{first},{old} +{first},{new} @@\n{hunk}");
        fitted += usize::from(applies(&lines.concat(), &code));
    }
    assert!((20..90).contains(&fitted), "{fitted} of 100 fit");
}

#[test]
fn a_fix_that_is_pasted_twice_keeps_the_first_backup() {
    assert!(is_installed("jq"), "`tests/run` installs jq");
    let home = Home::new(&[("a.json", "{\"a\":0}")]);
    let command = fix_command(".a = 1", &[input(None, "~/a.json", Format::Json, false)], &[]);
    for _ in 0..2 {
        assert_eq!(home.run(&command), Some(Vec::new()));
    }
    assert_eq!(std::fs::read_to_string(home.path().join("a.json.bak")).unwrap(), "{\"a\":0}");
}

#[test]
fn a_pasted_fix_leaves_earlier_backups_alone() {
    assert!(is_installed("jq"), "`tests/run` installs jq");
    let home = Home::new(&[("a.json", "{\"a\":0}"), ("a.json.bak", "older"), ("a.json.bak.1", "old")]);
    let command = fix_command(".a = 1", &[input(None, "~/a.json", Format::Json, false)], &[]);
    assert_eq!(home.run(&command), Some(Vec::new()));
    let kept = ["a.json.bak", "a.json.bak.1", "a.json.bak.2"];
    let kept = kept.map(|name| std::fs::read_to_string(home.path().join(name)).unwrap());
    assert_eq!(kept, ["older", "old", "{\"a\":0}"]);
}

#[test]
fn a_check_fails_where_a_file_cannot_be_read_or_a_tool_is_not_there() {
    assert!(is_installed("jq"), "`tests/run` installs jq");
    let home = Home::new(&[("f", "")]);
    for format in Format::ALL {
        for (name, optional) in [(None, false), (None, true), (Some("x"), false), (Some("x"), true)] {
            // A folder is there, but cannot be read as a file: `sed` and jq as a reader of lines go on without it.
            if optional && matches!(format, Format::Systemd | Format::Lines) {
                continue;
            }
            let path = if optional { "/tmp" } else { "~/absent" };
            let command = check_command("empty", &[input(name, path, format, optional)], &[]);
            assert_eq!(home.run(&format!("npx() {{ shift; json5 \"$@\"; }}; {command}")), None, "{command}");
        }
    }
    for (tool, format) in [("npx", Format::Json5), ("yq", Format::Yaml), ("jc", Format::Systemd), ("jc", Format::Env)] {
        let command = check_command("empty", &[input(None, "~/f", format, false)], &[]);
        assert_eq!(home.run(&format!("{tool}() {{ return 1; }}; {command}")), None, "{command}");
    }
}
