//! What a reader's browser keeps for when there is no network: the last complete version of the site.
//!
//! [`Kept`] stands before the real sink and notes what passes: pages, assets and the files of the search. At the end it
//! adds `offline.json`, which lists them with a version made from their bytes, and `sw.js`, which the version is part of,
//! so that a browser sees a new one. A site that is too large, or does not want it, gets a `sw.js` that removes what an
//! earlier one kept.

use crate::output::Sink;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// How much a browser is asked to keep; the site's own bytes, before any compression.
const LIMIT: usize = 32 << 20;

const KEEPER: &str = include_str!("../templates/offline/keep.js");
const REMOVER: &str = include_str!("../templates/offline/remove.js");

/// A sink that notes what is worth keeping.
pub struct Kept<'a> {
    sink: &'a dyn Sink,
    /// The digest of each file by its address below the site's root; `None` once there is too much.
    files: Mutex<Option<Files>>,
}

#[derive(Default)]
struct Files {
    digests: BTreeMap<String, [u8; 32]>,
    bytes: usize,
}

impl<'a> Kept<'a> {
    /// Notes nothing unless `wanted`.
    #[must_use]
    pub fn new(sink: &'a dyn Sink, wanted: bool) -> Self {
        Self { sink, files: Mutex::new(wanted.then(Files::default)) }
    }

    /// Adds the two files.
    ///
    /// # Panics
    /// When a thread panicked while it added a file.
    pub fn finish(self) {
        let Some(files) = self.files.into_inner().expect("no thread panics while it adds a file") else {
            return self.sink.add("sw.js", REMOVER.as_bytes().to_vec());
        };
        let mut all = Sha256::new();
        for (address, digest) in &files.digests {
            all.update(address);
            all.update([0]);
            all.update(digest);
        }
        let version = all.finalize().iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let version = format!("{version:016x}");
        let addresses: Vec<&String> = files.digests.keys().collect();
        let list = serde_json::json!({ "version": version, "files": addresses });
        self.sink.add("offline.json", list.to_string().into_bytes());
        self.sink.add("sw.js", KEEPER.replace("{version}", &version).into_bytes());
    }
}

impl Sink for Kept<'_> {
    fn add(&self, path: &str, bytes: Vec<u8>) {
        if let Some(address) = address(path) {
            let mut kept = self.files.lock().expect("no thread panics while it adds a file");
            if let Some(files) = &mut *kept {
                files.bytes += bytes.len();
                files.digests.insert(address.to_owned(), Sha256::digest(&bytes).into());
                if files.bytes > LIMIT {
                    *kept = None;
                }
            }
        }
        self.sink.add(path, bytes);
    }
}

/// The address of a file that readers need, below the site's root; other files are for programs.
fn address(path: &str) -> Option<&str> {
    let page = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let needed = ["assets/", "files/", "search/"].iter().any(|folder| path.starts_with(folder));
    let old_address = path != "404.html" && path.strip_suffix(".html").is_some();
    page.or_else(|| (needed || old_address).then_some(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Output;

    fn files(wanted: bool, sizes: &[(&str, usize)]) -> BTreeMap<String, String> {
        let output = Output::default();
        let kept = Kept::new(&output, wanted);
        for (path, size) in sizes {
            kept.add(path, vec![b'x'; *size]);
        }
        kept.finish();
        let text = |(path, bytes): (String, Vec<u8>)| (path, String::from_utf8(bytes).unwrap());
        output.into_files().into_iter().map(text).collect()
    }

    #[test]
    fn what_readers_need_is_listed_by_its_address() {
        let files = files(
            true,
            &[("index.html", 1), ("en/x/index.html", 1), ("404.html", 1), ("assets/a.1.css", 1), ("en/x/index.md", 1)],
        );
        assert!(
            files["offline.json"].ends_with(r#""files":["","assets/a.1.css","en/x/"]}"#),
            "{}",
            files["offline.json"]
        );
    }

    #[test]
    fn the_version_is_that_of_the_bytes_and_part_of_the_script() {
        let version = |size| files(true, &[("index.html", size)])["sw.js"].clone();
        assert_eq!(version(1), version(1));
        assert_ne!(version(1), version(2));
        assert!(!version(1).contains("{version}"));
    }

    #[test]
    fn too_large_a_site_and_one_that_does_not_want_it_remove_what_was_kept() {
        for (wanted, size) in [(true, LIMIT + 1), (false, 1)] {
            let files = files(wanted, &[("index.html", size)]);
            assert_eq!(files["sw.js"], REMOVER);
            assert!(!files.contains_key("offline.json"));
        }
    }
}
