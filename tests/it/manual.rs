//! What shells and manuals are told: each is taken by the program that it is for.

use std::path::Path;
use std::process::{Command, Output};

fn faultbook(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_faultbook")).args(arguments).output().unwrap()
}

#[test]
fn bash_completes_commands_and_options() {
    let script = faultbook(&["completions", "bash"]);
    assert!(script.status.success());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faultbook.bash");
    std::fs::write(&path, script.stdout).unwrap();
    let complete = |words: &str, at: usize| {
        let ask = format!(
            "source {}; COMP_WORDS=({words}); COMP_CWORD={at}; _faultbook faultbook \"${{COMP_WORDS[{at}]}}\" \"${{COMP_WORDS[{}]}}\"; echo \"${{COMPREPLY[@]}}\"",
            path.display(),
            at - 1
        );
        let output = Command::new("bash").args(["-c", &ask]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete("faultbook ver", 1), "verify");
    assert_eq!(complete("faultbook verify --ch", 2), "--changed");
    assert!(complete("faultbook schema ''", 2).contains("translation"));
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = faultbook(&["completions", shell]);
        assert!(script.status.success() && String::from_utf8_lossy(&script.stdout).contains("from-log"), "{shell}");
    }
}

#[test]
fn every_command_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("share/man1");
    let out = out.to_str().unwrap();
    assert!(faultbook(&["man", "--out", out]).status.success());
    let page = |name: &str| std::fs::read_to_string(Path::new(out).join(name)).unwrap();
    assert!(page("faultbook.1").contains(".TH faultbook 1"));
    let new = page("faultbook-new.1");
    assert!(new.contains("from\\-log") && new.contains("A log that shows the incident"), "{new}");
    for command in ["build", "match", "schema", "serve", "verify"] {
        assert!(page(&format!("faultbook-{command}.1")).starts_with(".ie"), "{command}");
    }
}
