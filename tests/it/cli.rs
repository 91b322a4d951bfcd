//! The command line: transcripts in `tests/cli`, which are documentation too. `TRYCMD=overwrite` accepts what came.

#[test]
fn every_transcript_is_what_the_program_says() {
    let cases = trycmd::TestCases::new();
    cases.env("LC_ALL", "C").env("COLUMNS", "88").env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    cases.case("tests/cli/*.md");
}
