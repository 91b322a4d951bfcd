//! The command line: transcripts in `tests/cli`, which are documentation too. `TRYCMD=overwrite` accepts what came.

#[test]
fn every_transcript_is_what_the_program_says() {
    trycmd::TestCases::new().env("LC_ALL", "C").env("COLUMNS", "88").case("tests/cli/*.md");
}
