//! Small sites through the stage, and what their pages hold.

use super::*;
use crate::output::Output;
use crate::parse;
use std::collections::BTreeMap;

const INCIDENT: &str = "---\nid: DEMO-1\ntitle: Fails with `x < 1`\nseverity: high\nowner: '@oncall'\ntags: [cron]\n\
    signatures: ['closed ({code})']\napplies_to: [{product: Demo, versions: '1 to 2'}]\n\
    symptom: What is **seen**\nroot_cause: Why\nconfirm: How\nfix: Do it\nrelated: [DEMO-2]\n\
    aliases: [/old/x.html]\nlet: {want: [1]}\n---\n\n## Symptom\n\nSee [the other](../two/index.en.md#fix).\n\n\
    ## Root cause\n\nx\n\n## Confirm\n\n1. Run\n\n    ```jq check #mode file=~/.demo.json\n    .mode // $want\n    ```\n\n\
    ## Fix\n\n```jq fix #set for=mode file=~/.demo.json\n.mode = 1\n```\n";

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    tree.add(
        "site.toml",
        "base_url = \"https://example.org/run/\"\ndefault_language = \"en\"\nlanguages = [\"en\", \"zh\"]\n\
         edit_url = \"https://example.org/edit/{path}\"\n[title]\nen = \"Runbooks\"\nzh = \"手册\"\n",
    );
    tree.add("content/demo/_index.en.md", "---\ntitle: Demo\n---\n");
    tree.add("content/demo/_index.zh.md", "---\ntitle: 演示\n---\n");
    tree.add("content/demo/one/index.en.md", INCIDENT);
    tree.add(
        "content/demo/one/index.zh.md",
        "---\ntitle: 失败\nsymptom: 甲\nroot_cause: 乙\nconfirm: 丙\nfix: 丁\n---\n\n## 症状\n\n## 根因\n\n## 确认\n\n\
         ```jq check #mode file=~/.demo.json\n```\n\n## 修复\n\n```jq fix #set for=mode file=~/.demo.json\n```\n",
    );
    tree.add(
        "content/demo/two/index.en.md",
        "---\nid: DEMO-2\ntitle: Two\nseverity: critical\nstatus: retired\nsignatures: []\nunchecked: no file\nsymptom: s\n\
         root_cause: r\nconfirm: c\nfix: f\n---\n\n## Symptom\n\n## Root cause\n\n## Confirm\n\n## Fix\n",
    );
    for (path, text) in files {
        tree.add(path, *text);
    }
    tree
}

fn render(tree: &Tree) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
    let (site, _) = parse::site(tree);
    let links = Links::new(&site, tree);
    let (theme, mut findings) = theme::load(tree);
    let facts = Facts {
        commit: Some("abc123".to_owned()),
        time: Some(1_700_000_000),
        changed: [("content/demo/one/index.en.md".to_owned(), 1_690_000_000)].into(),
    };
    let output = Output::default();
    findings.extend(pages(&site, tree, &links, &Proofs::default(), &facts, &theme, &output));
    // The engine of pages is the one file that is not text.
    let files = output.into_files().into_iter().filter(|(path, _)| path.strip_suffix(".wasm").is_none());
    let text = |bytes| String::from_utf8(bytes).expect("every page is UTF-8");
    (files.map(|(path, bytes)| (path, text(bytes))).collect(), findings)
}

fn file(files: &[(&str, &str)], path: &str) -> String {
    let (mut pages, findings) = render(&tree(files));
    assert_eq!(findings, []);
    pages.remove(path).unwrap_or_else(|| panic!("no {path} among {:?}", pages.keys()))
}

/// The HTML of a page's text.
fn check(markdown: &str, expected: &str) {
    let page = file(&[("content/p/index.en.md", &format!("---\ntitle: P\n---\n\n{markdown}\n"))], "en/p/index.html");
    let text = page.split("<div class=\"text\">").nth(1).expect("a page has a text");
    let text = text.split("<footer class=\"facts").next().expect("a split has a first part").trim();
    assert_eq!(text.strip_suffix("</div>").expect("the text ends").trim(), expected, "{markdown}");
}

fn holds(page: &str, part: &str) {
    assert!(page.contains(part), "`{part}` is not in\n{page}");
}

#[test]
fn headings_take_the_anchors_that_links_were_checked_against() {
    check("## A `b`\n\n### C {#d}", "<h2 id=\"a-b\">A <code>b</code></h2>\n<h3 id=\"d\">C</h3>");
}

#[test]
fn links_lead_where_they_were_checked_to_lead() {
    check("[one](../demo/one/index.en.md#fix)", "<p><a href=\"/run/en/demo/one/#fix\">one</a></p>");
    check("[out](https://a.example \"t\")", "<p><a href=\"https://a.example\" title=\"t\">out</a></p>");
    check("[x](javascript:alert(1))", "<p>x</p>");
    check("<https://a.example>", "<p><a href=\"https://a.example\">https://a.example</a></p>");
    check(
        "see https://a.example/b_c_d.",
        "<p>see <a href=\"https://a.example/b_c_d\">https://a.example/b_c_d</a>.</p>",
    );
}

#[test]
fn raw_html_is_shown_not_run() {
    check("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
    check("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;\n</p>");
}

#[test]
fn a_table_scrolls_by_itself_and_has_a_name() {
    check(
        "|a|b|\n|-|-:|\n|1|2|",
        "<section class=\"table\" tabindex=\"0\" aria-label=\"Table 1\">\n<table>\n<thead>\n<tr>\
         <th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td>\
         <td class=\"right\">2</td></tr>\n</tbody>\n</table>\n</section>",
    );
}

#[test]
fn lists_keep_their_numbers_and_boxes_have_labels() {
    check("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>");
    check(
        "- [x] a `b`\n- [ ] c\n  - d",
        "<ul>\n<li class=\"task\"><label><input type=\"checkbox\" disabled checked> a <code>b</code></label></li>\n\
         <li class=\"task\"><label><input type=\"checkbox\" disabled> c</label><ul>\n<li>d</li>\n</ul>\n</li>\n</ul>",
    );
}

#[test]
fn callouts_have_a_title_and_quotes_have_none() {
    check("> a", "<blockquote>\n<p>a</p>\n</blockquote>");
    check(
        "> [!WARNING]\n> a",
        "<div class=\"callout warning\" role=\"note\">\n<p class=\"callout-title\">Warning</p>\n<p>a</p>\n</div>",
    );
}

#[test]
fn footnotes_lead_there_and_back() {
    check(
        "a[^n] b[^n]\n\n[^n]: Note.",
        "<p>a<sup><a id=\"fnref-1\" href=\"#fn-1\" role=\"doc-noteref\">1</a></sup> b<sup><a id=\"fnref-1-2\" \
         href=\"#fn-1\" role=\"doc-noteref\">1</a></sup></p>\n<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n\
         <li id=\"fn-1\"><p>Note. <a href=\"#fnref-1\" role=\"doc-backlink\" aria-label=\"Back to the text\">↩</a> \
         <a href=\"#fnref-1-2\" role=\"doc-backlink\" aria-label=\"Back to the text\">↩</a></p></li>\n</ol>\n</section>",
    );
}

#[test]
fn code_has_colour_and_a_button() {
    check(
        "```json\n{\"a\": 1}\n```",
        "<div class=\"code\"><pre tabindex=\"0\"><code class=\"language-json\" translate=\"no\">{<span class=\"a\">&quot;a&quot;</span>: \
         <span class=\"n\">1</span>}\n</code></pre><button class=\"copy scripted\" type=\"button\">Copy</button></div>",
    );
    check(
        "    <x>",
        "<div class=\"code\"><pre tabindex=\"0\"><code class=\"language-text\" translate=\"no\">&lt;x&gt;\n</code></pre>\
         <button class=\"copy scripted\" type=\"button\">Copy</button></div>",
    );
}

#[test]
fn a_command_has_blanks_to_fill_and_says_what_it_destroys() {
    let page = "---\ntitle: P\n---\n\n```sh destructive scope=\"job <1>\" undo=\"none\"\nrm <job>\n```\n";
    let page = file(&[("content/p/index.en.md", page)], "en/p/index.html");
    holds(&page, "<div class=\"code command destructive\">");
    holds(&page, "<dt>Scope</dt><dd>job &lt;1&gt;</dd>");
    holds(&page, "<span class=\"f\">rm</span> <span class=\"blank\" data-blank=\"job\">&lt;job&gt;</span></code>");
    holds(&page, "<label><span>job</span> <input type=\"text\" data-blank=\"job\"");
}

#[test]
fn only_the_steps_of_a_fix_are_ticked_and_handed_over() {
    let steps = "1. a\n   1. b\n2. c\n";
    let text = INCIDENT.replace("## Root cause\n\n", &format!("## Root cause\n\n{steps}\n"))
        + &format!("\n{steps}\n## Lesson\n");
    let page = file(&[("content/demo/one/index.en.md", &text)], "en/demo/one/index.html");
    holds(&page, "<ol class=\"steps\">\n<li>");
    assert_eq!(page.matches("<ol class=\"steps ticks\">").count(), 1);
    holds(&page, "all 2 steps</a>");
    let (before, after) = page.split_once("<div class=\"handoff").expect("a fix with steps can be handed over");
    assert!(before.contains("<li>c</li>") && after.contains("id=\"lesson\""), "it stands at the end of the fix");
    assert!(!file(&[], "en/demo/one/index.html").contains("handoff"), "there are no steps to hand over");
}

/// What stands under Fix on the first screen, with another `fix:` line and section Fix.
fn first_screen(line: &str, fix: &str) -> String {
    let (before, _) = INCIDENT.split_once("## Fix").expect("it has a fix");
    let text = before.replace("fix: Do it", &format!("fix: {line}")) + "## Fix\n\n" + fix;
    let page = file(&[("content/demo/one/index.en.md", &text)], "en/demo/one/index.html");
    let act = page.split("<div class=\"act\">").nth(2).expect("it has a way to confirm and one to fix");
    act.split("<dl class=\"short\">").next().expect("a split has a first part").to_owned()
}

#[test]
fn the_first_screen_shows_the_first_step_only_where_it_is_the_fix() {
    let proven = "```jq fix #set for=mode file=~/.demo.json\n.mode = 1\n```\n";
    let (stop, set) = ("```sh\ndemo stop\n```\n", "```sh\ndemo set mode\n```\n");
    let numbered =
        |number: usize, code: &str| format!("{number}. Do\n\n    {}\n", code.trim_end().replace('\n', "\n    "));
    let check = |line: &str, fix: &str, command: Option<&str>| {
        let shown = first_screen(line, fix);
        let found = shown.contains("<pre");
        assert_eq!(found, command.is_some(), "{line}: {fix} shows {shown}");
        holds(&shown, command.unwrap_or("<p class=\"words\" lang=\"en\">"));
    };
    check("Do it", proven, Some(".mode = 1"));
    check("Do it", &(numbered(1, proven) + &numbered(2, stop)), Some(".mode = 1"));
    check("Do it", &(numbered(1, stop) + &numbered(2, proven)), None);
    check("Set the `mode`, not `x`", &(numbered(1, set) + &numbered(2, stop)), Some("mode</code>"));
    check("Set the `mode`", &(numbered(1, stop) + &numbered(2, set)), None);
    check("Set the mode", &numbered(1, set), None);
    check("Set the `mode`", &("1. Think\n".to_owned() + &numbered(2, set)), None);
    check("Set the `mode`", "Call somebody.\n", None);
}

#[test]
fn where_the_fix_is_no_command_its_line_leads_to_all_steps_or_says_whom_to_call() {
    let line = "Stop it, then **set** the `mode`";
    let shown = first_screen(line, "1. Stop\n2. Set\n");
    holds(&shown, "<a class=\"steps-link\" href=\"#fix\">all 2 steps</a></p>");
    holds(&shown, "<p class=\"words\" lang=\"en\">Stop it, then <strong>set</strong> the <code>mode</code></p>");
    assert!(!shown.contains("Call @oncall"), "there is something to do first");
    holds(&first_screen(line, "It has none.\n"), "Call @oncall");
}

#[test]
fn chinese_lines_join_without_a_gap_and_know_their_language() {
    check("网关\n拒绝", "<p><span lang=\"zh\">网关拒绝</span></p>");
    check("a\nb", "<p>a\nb</p>");
}

#[test]
fn an_incident_shows_what_a_reader_needs_first() {
    let page = file(&[], "en/demo/one/index.html");
    holds(&page, "<h1 lang=\"en\">Fails with <code>x &lt; 1</code></h1>");
    holds(&page, "<title>Fails with x &lt; 1 · Runbooks</title>");
    holds(&page, "<span class=\"severity high\">High</span>");
    holds(&page, "<code translate=\"no\">closed (<var>code</var>)</code>");
    holds(&page, "id=\"snippet-mode\"");
    holds(&page, "<link rel=\"alternate\" hreflang=\"zh\" href=\"https://example.org/run/zh/demo/one/\">");
    holds(&page, "<link rel=\"alternate\" hreflang=\"x-default\" href=\"https://example.org/run/en/demo/one/\">");
    holds(&page, "href=\"https://example.org/edit/content/demo/one/index.en.md\"");
    let (first, _) = page.split_once("class=\"code command").expect("the page has a command");
    assert!(first.contains("id=\"main\""), "the command stands in the page");
    assert!(!page.contains("class=\"proof\""), "nothing was proven, so nothing says so");
}

#[test]
fn a_page_that_lacks_a_language_says_so_in_it() {
    let page = file(&[], "zh/demo/two/index.html");
    holds(&page, "<html lang=\"zh\">");
    holds(&page, "本页还没有中文版，以下内容使用另一种语言： <span lang=\"en\">English</span>");
    holds(&page, "<h1 lang=\"en\">Two</h1>");
    holds(&page, "<link rel=\"canonical\" href=\"https://example.org/run/en/demo/two/\">");
    assert!(!page.contains("hreflang=\"x-default\""), "only a page's own languages are alternates");
}

#[test]
fn a_permanent_link_and_an_old_address_work_without_a_script() {
    let page = file(&[], "e/DEMO-1/index.html");
    holds(&page, "<meta http-equiv=\"refresh\" content=\"0; url=/run/en/demo/one/\">");
    holds(&page, "<a href=\"/run/zh/demo/one/\" hreflang=\"zh\" data-language=\"zh\">中文: 失败</a>");
    let page = file(&[], "old/x.html");
    holds(&page, "<link rel=\"canonical\" href=\"https://example.org/run/en/demo/one/\">");
    holds(&page, "<a href=\"/run/en/demo/one/\">");
}

#[test]
fn the_home_page_shows_what_still_happens() {
    let page = file(&[], "zh/index.html");
    holds(&page, "<a href=\"/run/zh/demo/one/\">失败</a>");
    assert!(!page.contains("Two"), "a retired incident is not on the home page");
    holds(&file(&[], "index.html"), "<link rel=\"canonical\" href=\"https://example.org/run/en/\">");
    holds(&file(&[], "en/demo/index.html"), "<li class=\"inactive\">");
    holds(&file(&[], "en/tags/cron/index.html"), "<h1 lang=\"en\">Tagged cron</h1>");
    holds(&file(&[], "404.html"), "<h1>Page not found</h1>");
    holds(&file(&[], "404.html"), "<section lang=\"zh\">\n<h2>找不到页面</h2>");
}

#[test]
fn a_theme_has_every_component_in_its_style_guide() {
    let tree = tree(&[]);
    let (site, _) = parse::site(&tree);
    let links = Links::new(&site, &tree);
    let output = Output::default();
    let (theme, _) = theme::load(&tree);
    assert_eq!(styleguide(&site, &tree, &links, &Proofs::default(), &Facts::default(), &theme, &output), []);
    let files = output.into_files();
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["styleguide/en/index.html", "styleguide/index.html", "styleguide/zh/index.html"]
    );
    let page = String::from_utf8_lossy(&files["styleguide/zh/index.html"]);
    let components =
        "severity signatures act proof snippet command danger blanks findings callout table rows counts sift record";
    for class in components.split(' ') {
        assert!(
            page.contains(&format!("class=\"{class}")) || page.contains(&format!("class=\"code {class}")),
            "{class}"
        );
    }
}

#[test]
fn the_twin_is_markdown_that_reads_anywhere() {
    let twin = file(&[], "en/demo/one/index.md");
    holds(&twin, "# Fails with `x < 1`\n\n- Permanent link: DEMO-1 <https://example.org/run/e/DEMO-1/>\n");
    holds(&twin, "[the other](https://example.org/run/en/demo/two/#fix)");
    holds(&file(&[], "zh/demo/one/index.md"), "file=~/.demo.json\n.mode // $want\n```");
}

#[test]
fn a_template_of_the_site_stands_in_for_the_built_in_one() {
    let own = [("templates/not_found.html", "{{ t.not_found }} / {{ site.title }}")];
    assert_eq!(file(&own, "404.html"), "Page not found / Runbooks");
}

#[test]
fn an_unknown_variable_is_one_finding_at_its_place() {
    let tree =
        tree(&[("templates/page.html", "<p>{{ page.titel }}</p>"), ("content/p/index.en.md", "---\ntitle: P\n---\n")]);
    let (pages, findings) = render(&tree);
    assert!(!pages.contains_key("en/p/index.html"));
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.message, "field `titel` is not defined");
    assert_eq!(tree.slice(finding.span), "titel");
    assert_eq!(finding.help.as_deref(), Some("did you mean `title`?"));
}

#[test]
fn the_same_site_gives_the_same_bytes_in_any_number_of_threads() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be had");
        pool.install(|| render(&tree(&[])).0)
    };
    assert_eq!(with(1), with(4));
}
