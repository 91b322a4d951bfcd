//! What version control knows of a site.
//!
//! In comes a site's folder, out go [`Facts`]: commit, time, and when each file was last changed; and what a file said
//! before. Without git, without a repository, or with a part of the history, what can be known. Nothing here depends on the
//! user's settings, time zone or language, and nothing is fetched.

use crate::model::Facts;
use std::path::Path;
use std::process::{Command, Stdio};

/// Before each commit of the log, so that a file's name cannot be taken for one.
const COMMIT: &str = "\u{1}";

/// How much of a commit's name is enough; git's own choice depends on how much of the history is there.
const SHORT: usize = 12;

/// The facts of the site in the folder `root`, its paths relative to it. `SOURCE_DATE_EPOCH` is the time if it is set.
#[must_use]
pub fn facts(root: &Path) -> Facts {
    facts_at(root, std::env::var("SOURCE_DATE_EPOCH").ok().as_deref())
}

fn facts_at(root: &Path, source_date_epoch: Option<&str>) -> Facts {
    let mut facts = known(root).unwrap_or_default();
    facts.time = source_date_epoch.and_then(|seconds| seconds.trim().parse().ok()).or(facts.time);
    facts
}

/// The texts that a file of the site had after each commit that changed it, the newest first.
pub fn versions(root: &Path, path: &str) -> impl Iterator<Item = String> {
    let commits = log(root, &["--format=format:%H", "--", path]).unwrap_or_default();
    let commits: Vec<String> = commits.lines().map(str::to_owned).collect();
    commits.into_iter().filter_map(move |commit| git(root, &["show", &format!("{commit}:./{path}")]))
}

/// The files of the site that differ from where the history parted from that of `base`, new ones included; `None` when
/// git does not know that.
#[must_use]
pub fn changed(root: &Path, base: &str) -> Option<Vec<String>> {
    let base = git(root, &["merge-base", "--end-of-options", base, "HEAD"])?;
    let edited = git(root, &["diff", "--name-only", "--relative", "-z", base.trim(), "--"])?;
    let new = git(root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
    Some(edited.split('\0').chain(new.split('\0')).filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn known(root: &Path) -> Option<Facts> {
    let history =
        log(root, &["--format=format:%x01%ct %D", "--name-only", "-z", "--", "content", "site.toml", "templates"])?;
    // A folder that no commit has is not described by the commit of the repository around it.
    if history.is_empty() {
        return None;
    }
    let head = log(root, &["--max-count=1", "--format=format:%H %ct"])?;
    let (commit, time) = head.split_once(' ')?;
    let mut facts =
        Facts { commit: commit.get(..SHORT).map(str::to_owned), time: time.trim().parse().ok(), ..Facts::default() };
    for commit in history.split(COMMIT) {
        let Some((head, files)) = commit.split_once('\n') else { continue };
        let Some(time) = time_of(head) else { continue };
        for file in files.split('\0').filter(|file| !file.is_empty()) {
            // The log goes back in time.
            facts.changed.entry(file.to_owned()).or_insert(time);
        }
    }
    Some(facts)
}

/// The time of a commit, unless it is where a shallow clone begins: it seems to add every file, whenever that was.
fn time_of(head: &str) -> Option<i64> {
    let (time, decorations) = head.split_once(' ')?;
    if decorations.starts_with("grafted") { None } else { time.parse().ok() }
}

/// What `git log` says of the site's files and of nothing but the commits themselves.
fn log(root: &Path, arguments: &[&str]) -> Option<String> {
    let plain = ["log", "--relative", "--no-color", "--clear-decorations", "--decorate-refs-exclude=refs/*"];
    git(root, &[&plain, arguments].concat())
}

/// What `git` says, or nothing if it fails for any reason.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        // What users may have set otherwise.
        .args(["-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "diff.renames=false"])
        .args(arguments)
        // A hook's repository is not the site's; a partial clone must not be completed from afar.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use tempfile::TempDir;

    /// Two commits of a repository whose folder `site` is the site, for `git fast-import`.
    const HISTORY: &str = "\
commit refs/heads/main
committer Ada <ada@example.org> 1000000000 +0800
data 3
one
M 644 inline site/content/x/index.en.md
data 2
a

M 644 inline site/site.toml
data 2
a

commit refs/heads/main
committer Ada <ada@example.org> 1000000100 -0300
data 3
two
M 644 inline site/content/x/index.en.md
data 2
b

M 644 inline \"site/content/\\347\\275\\221 x/index.en.md\"
data 2
b

M 644 inline outside
data 2
b

";

    fn run(folder: &Path, arguments: &[&str], input: &str) {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "git {arguments:?}");
    }

    fn repository() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["init", "-q", "-b", "main"], "");
        run(folder.path(), &["fast-import", "--quiet"], HISTORY);
        run(folder.path(), &["reset", "-q", "--hard"], "");
        folder
    }

    #[test]
    fn every_file_has_the_time_of_its_last_commit() {
        let folder = repository();
        let facts = facts_at(&folder.path().join("site"), None);
        let changed: Vec<(&str, i64)> = facts.changed.iter().map(|(path, time)| (path.as_str(), *time)).collect();
        assert_eq!(
            changed,
            [
                ("content/x/index.en.md", 1_000_000_100),
                ("content/网 x/index.en.md", 1_000_000_100),
                ("site.toml", 1_000_000_000),
            ]
        );
        assert_eq!(facts.time, Some(1_000_000_100));
        assert_eq!(facts.commit.map(|commit| commit.len()), Some(SHORT));
    }

    #[test]
    fn a_time_that_is_asked_for_wins() {
        let folder = repository();
        assert_eq!(facts_at(&folder.path().join("site"), Some("42")).time, Some(42));
        assert_eq!(facts_at(&folder.path().join("site"), Some("soon")).time, Some(1_000_000_100));
    }

    #[test]
    fn a_shallow_clone_knows_no_time_before_it_begins() {
        let (folder, clone) = (repository(), tempfile::tempdir().unwrap());
        let origin = format!("file://{}", folder.path().display());
        run(clone.path(), &["clone", "-q", "--depth=1", &origin, "."], "");
        let (facts, whole) = (facts_at(&clone.path().join("site"), None), facts_at(&folder.path().join("site"), None));
        assert!(facts.changed.is_empty(), "{:?}", facts.changed);
        assert_eq!((facts.commit, facts.time), (whole.commit, whole.time));
    }

    #[test]
    fn what_differs_from_a_branch_is_told_with_what_is_new_and_gone() {
        let folder = repository();
        let site = folder.path().join("site");
        let changed = |base: &str| changed(&site, base);
        assert_eq!(changed("HEAD"), Some(Vec::new()));
        std::fs::write(site.join("content/new.md"), "").unwrap();
        std::fs::remove_file(site.join("site.toml")).unwrap();
        assert_eq!(changed("HEAD"), Some(vec!["site.toml".to_owned(), "content/new.md".to_owned()]));
        let since = changed("HEAD~1").unwrap();
        assert!(since.contains(&"content/x/index.en.md".to_owned()), "{since:?}");
        assert_eq!((changed("nowhere"), changed("--all")), (None, None));
    }

    #[test]
    fn outside_of_a_repository_only_the_time_that_is_asked_for_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let facts = facts_at(folder.path(), Some("42"));
        assert_eq!((facts.commit, facts.time, facts.changed.len()), (None, Some(42), 0));
    }

    #[test]
    fn a_folder_that_no_commit_has_is_not_described_by_the_repository_around_it() {
        let folder = repository();
        assert_eq!(facts_at(&folder.path().join("site/content"), None).commit, None);
    }
}
