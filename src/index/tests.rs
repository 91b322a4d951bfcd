//! One small site, and every index file of it whole.

use super::*;
use crate::output::Output;
use crate::parse;
use std::collections::BTreeMap;

/// A site below a base path: a group of two incidents, one of them without a Chinese page.
fn tree() -> Tree {
    let mut tree = Tree::default();
    tree.add(
        "site.toml",
        "base_url = \"https://example.org/run/\"\ndefault_language = \"en\"\nlanguages = [\"en\", \"zh\"]\n\
         [title]\nen = \"Runbooks & more\"\nzh = \"运行手册\"\n\
         [description]\nen = \"What to do at 3 a.m.\"\nzh = \"凌晨三点怎么办\"\n",
    );
    tree.add("content/_index.en.md", "---\ntitle: Home\n---\n");
    tree.add("content/网关/_index.en.md", "---\ntitle: \"Gateway\"\n---\n");
    tree.add("content/网关/_index.zh.md", "---\ntitle: 网关\n---\n");
    tree.add(
        "content/网关/a/index.en.md",
        incident("DEMO-10", "high", "Token `<old>` [expired]", "aliases: [/wiki/old page.html]\n"),
    );
    tree.add(
        "content/网关/a/index.zh.md",
        "---\ntitle: 令牌过期\nsymptom: 症状\nroot_cause: 原因\nconfirm: 确认\nfix: 修复\n---\n",
    );
    tree.add(
        "content/网关/b/index.en.md",
        incident("DEMO-9", "low", "Second", "status: merged\nmerged_into: DEMO-10\n"),
    );
    tree
}

fn incident(id: &str, severity: &str, title: &str, more: &str) -> String {
    format!(
        "---\nid: {id}\ntitle: '{title}'\nseverity: {severity}\ntags: [cron, a & b]\nsignatures: []\nunchecked: no file\n\
         symptom: What is **seen**\nroot_cause: Why\nconfirm: How\nfix: Do it\n{more}---\n"
    )
}

fn facts() -> Facts {
    let changed = [("content/网关/a/index.en.md", 1_750_000_000), ("content/网关/a/index.zh.md", 1_740_000_000)];
    Facts {
        commit: None,
        time: Some(1_700_000_000),
        changed: changed.map(|(path, time)| (path.to_owned(), time)).into(),
    }
}

fn built(tree: &Tree, facts: &Facts) -> BTreeMap<String, String> {
    let (site, _) = parse::site(tree);
    let links = Links::new(&site, tree);
    let output = Output::default();
    files(&site, tree, &links, &Proofs::default(), facts, &output);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let files = output.into_files().into_iter().filter(|(path, _)| !path.starts_with("assets/search/"));
    files.map(|(path, bytes)| (path, text(bytes))).collect()
}

fn file(path: &str) -> String {
    built(&tree(), &facts()).remove(path).unwrap_or_else(|| panic!("there is no {path}"))
}

#[test]
fn a_site_has_these_files_beside_the_search_index() {
    let files: Vec<_> = built(&tree(), &facts()).into_keys().collect();
    let expected = [
        "_redirects",
        "catalog.json",
        "catalog.schema.json",
        "e/DEMO-10.json",
        "e/DEMO-9.json",
        "en/feed.xml",
        "llms.txt",
        "manifest.webmanifest",
        "opensearch.xml",
        "robots.txt",
        "sitemap.xml",
        "zh/feed.xml",
    ];
    assert_eq!(files, expected);
}

#[test]
fn the_sitemap_lists_each_language_of_a_page_with_all_of_them() {
    insta::assert_snapshot!(file("sitemap.xml"), @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
      <url>
        <loc>https://example.org/run/en/</loc>
        <xhtml:link rel="alternate" hreflang="en" href="https://example.org/run/en/"/>
        <xhtml:link rel="alternate" hreflang="x-default" href="https://example.org/run/en/"/>
      </url>
      <url>
        <loc>https://example.org/run/en/%E7%BD%91%E5%85%B3/</loc>
        <xhtml:link rel="alternate" hreflang="en" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/"/>
        <xhtml:link rel="alternate" hreflang="zh" href="https://example.org/run/zh/%E7%BD%91%E5%85%B3/"/>
        <xhtml:link rel="alternate" hreflang="x-default" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/"/>
      </url>
      <url>
        <loc>https://example.org/run/zh/%E7%BD%91%E5%85%B3/</loc>
        <xhtml:link rel="alternate" hreflang="en" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/"/>
        <xhtml:link rel="alternate" hreflang="zh" href="https://example.org/run/zh/%E7%BD%91%E5%85%B3/"/>
        <xhtml:link rel="alternate" hreflang="x-default" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/"/>
      </url>
      <url>
        <loc>https://example.org/run/en/%E7%BD%91%E5%85%B3/a/</loc>
        <lastmod>2025-06-15T15:06:40Z</lastmod>
        <xhtml:link rel="alternate" hreflang="en" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/a/"/>
        <xhtml:link rel="alternate" hreflang="zh" href="https://example.org/run/zh/%E7%BD%91%E5%85%B3/a/"/>
        <xhtml:link rel="alternate" hreflang="x-default" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/a/"/>
      </url>
      <url>
        <loc>https://example.org/run/zh/%E7%BD%91%E5%85%B3/a/</loc>
        <lastmod>2025-06-15T15:06:40Z</lastmod>
        <xhtml:link rel="alternate" hreflang="en" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/a/"/>
        <xhtml:link rel="alternate" hreflang="zh" href="https://example.org/run/zh/%E7%BD%91%E5%85%B3/a/"/>
        <xhtml:link rel="alternate" hreflang="x-default" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/a/"/>
      </url>
      <url>
        <loc>https://example.org/run/en/%E7%BD%91%E5%85%B3/b/</loc>
        <xhtml:link rel="alternate" hreflang="en" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/b/"/>
        <xhtml:link rel="alternate" hreflang="x-default" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/b/"/>
      </url>
    </urlset>
    "#);
}

#[test]
fn a_large_sitemap_is_an_index_of_parts() {
    let tree = tree();
    let (site, _) = parse::site(&tree);
    let links = Links::new(&site, &tree);
    let limits = sitemap::Limits { urls: 4, bytes: usize::MAX };
    let files = sitemap::split(&site, &tree, &links, &facts(), limits);
    let addresses = |(path, bytes): &(String, Vec<u8>)| {
        format!("{path}: {}", String::from_utf8_lossy(bytes).matches("<loc>").count())
    };
    let counts: Vec<_> = files.iter().map(addresses).collect();
    assert_eq!(counts, ["sitemap-1.xml: 4", "sitemap-2.xml: 2", "sitemap.xml: 2"]);
    insta::assert_snapshot!(String::from_utf8_lossy(&files[2].1), @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap>
        <loc>https://example.org/run/sitemap-1.xml</loc>
      </sitemap>
      <sitemap>
        <loc>https://example.org/run/sitemap-2.xml</loc>
      </sitemap>
    </sitemapindex>
    "#);
    let limits = sitemap::Limits { urls: usize::MAX, bytes: 1 };
    assert_eq!(sitemap::split(&site, &tree, &links, &facts(), limits).len(), 7, "a part holds at least one address");
}

#[test]
fn a_feed_has_the_newest_first_in_its_language() {
    insta::assert_snapshot!(file("en/feed.xml"), @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
      <id>https://example.org/run/en/feed.xml</id>
      <title>Runbooks &amp; more</title>
      <subtitle>What to do at 3 a.m.</subtitle>
      <updated>2025-06-15T15:06:40Z</updated>
      <author>
        <name>Runbooks &amp; more</name>
      </author>
      <link rel="self" type="application/atom+xml" href="https://example.org/run/en/feed.xml"/>
      <link rel="alternate" type="text/html" href="https://example.org/run/en/"/>
      <entry>
        <id>https://example.org/run/e/DEMO-10/#en</id>
        <title>DEMO-10: Token &lt;old&gt; [expired]</title>
        <updated>2025-06-15T15:06:40Z</updated>
        <link rel="alternate" type="text/html" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/a/"/>
        <category term="cron"/>
        <category term="a &amp; b"/>
        <summary>What is seen
    Why
    Do it</summary>
      </entry>
      <entry>
        <id>https://example.org/run/e/DEMO-9/#en</id>
        <title>DEMO-9: Second</title>
        <updated>2023-11-14T22:13:20Z</updated>
        <link rel="alternate" type="text/html" href="https://example.org/run/en/%E7%BD%91%E5%85%B3/b/"/>
        <category term="cron"/>
        <category term="a &amp; b"/>
        <summary>What is seen
    Why
    Do it</summary>
      </entry>
    </feed>
    "#);
    insta::assert_snapshot!(file("zh/feed.xml"), @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh">
      <id>https://example.org/run/zh/feed.xml</id>
      <title>运行手册</title>
      <subtitle>凌晨三点怎么办</subtitle>
      <updated>2025-06-15T15:06:40Z</updated>
      <author>
        <name>运行手册</name>
      </author>
      <link rel="self" type="application/atom+xml" href="https://example.org/run/zh/feed.xml"/>
      <link rel="alternate" type="text/html" href="https://example.org/run/zh/"/>
      <entry>
        <id>https://example.org/run/e/DEMO-10/#zh</id>
        <title>DEMO-10: 令牌过期</title>
        <updated>2025-06-15T15:06:40Z</updated>
        <link rel="alternate" type="text/html" href="https://example.org/run/zh/%E7%BD%91%E5%85%B3/a/"/>
        <category term="cron"/>
        <category term="a &amp; b"/>
        <summary>症状
    原因
    修复</summary>
      </entry>
    </feed>
    "#);
}

#[test]
fn a_feed_without_known_times_is_of_1970() {
    let feed = built(&tree(), &Facts::default()).remove("en/feed.xml").unwrap();
    assert_eq!(feed.matches("<updated>1970-01-01T00:00:00Z</updated>").count(), 3);
    assert!(feed.find("DEMO-9:") < feed.find("DEMO-10:"), "incidents of one time are in the order of their ids");
}

#[test]
fn redirects_lead_from_aliases_and_short_links() {
    insta::assert_snapshot!(file("_redirects"), @r"
    /run/wiki/old%20page.html /run/en/%E7%BD%91%E5%85%B3/a/ 301
    /run/e/DEMO-10 /run/e/DEMO-10/ 301
    /run/e/DEMO-9 /run/e/DEMO-9/ 301
    ");
}

#[test]
fn programs_that_read_text_get_a_line_for_each_incident() {
    insta::assert_snapshot!(file("llms.txt"), @r"
    # Runbooks & more

    > What to do at 3 a.m.

    ## Gateway

    - [DEMO-10 Token \<old> \[expired\]](https://example.org/run/en/%E7%BD%91%E5%85%B3/a/index.md): high. What is seen
    - [DEMO-9 Second](https://example.org/run/en/%E7%BD%91%E5%85%B3/b/index.md): merged into DEMO-10. What is seen

    ## JSON

    - [Catalog](https://example.org/run/catalog.json): every incident in short, in every language
    - [Schema](https://example.org/run/catalog.schema.json): what its fields mean; fields are added, never removed
    - `e/ID.json` beside it: the incident of that id, whole
    ");
    let tree = tree();
    let (site, _) = parse::site(&tree);
    let links = Links::new(&site, &tree);
    let short = llms::up_to(&site, &links, 1);
    assert!(short.contains("DEMO-10") && !short.contains("DEMO-9"), "the gravest stay");
    assert!(short.contains("\nNot listed here: 1. <https://example.org/run/sitemap.xml> has every page.\n"));
}

#[test]
fn robots_search_and_manifest_know_the_base_path() {
    insta::assert_snapshot!(file("robots.txt"), @r"
    User-agent: *
    Allow: /

    Sitemap: https://example.org/run/sitemap.xml
    ");
    insta::assert_snapshot!(file("opensearch.xml"), @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
      <ShortName>Runbooks &amp; more</ShortName>
      <LongName>Runbooks &amp; more</LongName>
      <Description>What to do at 3 a.m.</Description>
      <Language>en</Language>
      <InputEncoding>UTF-8</InputEncoding>
      <Url type="text/html" method="get" template="https://example.org/run/en/search/#q={searchTerms}"/>
    </OpenSearchDescription>
    "#);
    insta::assert_snapshot!(file("manifest.webmanifest"), @r#"
    {
      "id": "/run/",
      "name": "Runbooks & more",
      "short_name": "Runbooks & more",
      "description": "What to do at 3 a.m.",
      "lang": "en",
      "start_url": "/run/en/",
      "scope": "/run/",
      "display": "minimal-ui"
    }
    "#);
}

#[test]
fn a_site_without_pages_has_its_homes_and_feeds() {
    let mut tree = Tree::default();
    tree.add(
        "site.toml",
        "base_url = \"https://example.org/\"\ndefault_language = \"fr\"\nlanguages = [\"fr\"]\n[title]\nfr = \"Pannes\"\n",
    );
    let files = built(&tree, &Facts::default());
    let feed = &files["fr/feed.xml"];
    assert!(!feed.contains("<entry>") && feed.contains("<title>Pannes</title>"));
    let sitemap = &files["sitemap.xml"];
    assert!(sitemap.contains("<loc>https://example.org/fr/</loc>") && sitemap.contains("hreflang=\"x-default\""));
}
