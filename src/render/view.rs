//! What templates see: the only types that are serialised for them, so this file is the list of what a theme may use.
//!
//! A template gets `site` ([`SiteView`]), `t` (the words of the language), `page` ([`PageView`]) and, by its kind,
//! `incident` ([`IncidentView`]), `list` and `rows` ([`ListView`], [`RowView`]), `permanent` ([`PermanentView`]) or `missing` ([`MissingView`]). Fields named `html` are markup, to be printed with
//! `| safe`; all others are text. Every field is always there: what does not apply is `null` or empty.

use serde::Serialize;

/// Text that may hold markup.
#[derive(Debug, Clone, Serialize)]
pub struct RichView {
    /// With markup.
    pub html: String,
    /// The words alone.
    pub text: String,
    /// Its language.
    pub language: String,
}

/// A link.
#[derive(Debug, Clone, Serialize)]
pub struct LinkView {
    /// What it says, as markup.
    pub html: String,
    /// Where it leads.
    pub url: String,
    /// The language of what it says.
    pub language: String,
}

/// The site in one language; the same for all of its pages.
#[derive(Debug, Clone, Serialize)]
pub struct SiteView {
    /// Its name.
    pub title: String,
    /// A sentence about it, or empty.
    pub description: String,
    /// The language of the interface.
    pub language: String,
    /// The home page in this language.
    pub home: String,
    /// The root of the site: `/` or `/base/`.
    pub base: String,
    /// The list of tags; `null` when nothing is tagged.
    pub tags: Option<String>,
    /// The script that keeps the site for when there is no network; `null` where site.toml has `offline = false`.
    pub offline: Option<String>,
    /// Plain pages at the top, such as the one about the site.
    pub pages: Vec<LinkView>,
    /// The feed of this language.
    pub feed: String,
    /// Where the site's source is.
    pub source: Option<String>,
    /// Where a text that nothing matches can be reported.
    pub report: Option<String>,
    /// Address by file name: `site.assets["style.css"]`.
    pub assets: std::collections::BTreeMap<String, String>,
    /// When and from what the site was built.
    pub stamp: StampView,
}

/// When and from what the site was built.
#[derive(Debug, Clone, Serialize)]
pub struct StampView {
    /// The time for machines.
    pub datetime: Option<String>,
    /// The time for people.
    pub time: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// The tool's version.
    pub version: &'static str,
}

/// What every page has.
#[derive(Debug, Clone, Serialize)]
pub struct PageView {
    /// `home`, `group`, `tags`, `tag`, `products`, `product`, `search`, `page`, `incident`, `permanent`, `redirect` or
    /// `missing`.
    pub kind: &'static str,
    /// Its title.
    pub title: RichView,
    /// What the browser's tab says: the title, and the site's name where both are short.
    pub tab: String,
    /// A sentence about it, or empty.
    pub description: String,
    /// The language of its content, which differs from the interface's where a translation is missing.
    pub language: String,
    /// Its address from the host's root.
    pub url: String,
    /// For an incident, its permanent address with the host.
    pub permanent: Option<String>,
    /// The address that search engines should know, with the host.
    pub canonical: Option<String>,
    /// The page in every language that it has, for search engines.
    pub alternates: Vec<AlternateView>,
    /// The page in every language of the site, for readers.
    pub languages: Vec<LanguageView>,
    /// The way to it from the home page.
    pub trail: Vec<LinkView>,
    /// Its headings.
    pub outline: Vec<HeadingView>,
    /// The name of the language that its content is in, where a translation is missing.
    pub untranslated: Option<String>,
    /// The sections that are behind the text they were translated from.
    pub stale: Vec<LinkView>,
    /// Whether it is a draft, which is built only when asked for.
    pub draft: bool,
    /// Its text.
    pub body: Vec<PartView>,
    /// Its source as Markdown.
    pub markdown: Option<String>,
    /// Where it can be edited.
    pub edit: Option<String>,
    /// Where a problem with it can be reported.
    pub report: Option<String>,
    /// Whether it stands at an address without a language, from which a script leads readers to theirs.
    pub chooses: bool,
    /// Whether search engines should leave it out.
    pub hidden: bool,
}

/// A page in a language that it has.
#[derive(Debug, Clone, Serialize)]
pub struct AlternateView {
    /// The language, or `x-default`.
    pub language: String,
    /// The address with the host.
    pub url: String,
}

/// A page in a language of the site.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageView {
    /// The tag.
    pub language: String,
    /// The language's name in itself.
    pub name: String,
    /// Where the page is in it.
    pub url: String,
    /// Whether it is the language of the interface.
    pub current: bool,
}

/// A heading of the outline.
#[derive(Debug, Clone, Serialize)]
pub struct HeadingView {
    /// 2 or 3.
    pub level: u8,
    /// Its words.
    pub text: String,
    /// Its anchor.
    pub anchor: String,
}

/// A part of a text: markup, then a snippet or nothing.
#[derive(Debug, Clone, Serialize)]
pub struct PartView {
    /// Markup.
    pub html: String,
    /// The snippet that follows.
    pub snippet: Option<SnippetView>,
    /// The shell command that follows.
    pub command: Option<CommandView>,
    /// The section that it stands in, where that is of a known kind: `symptom`, `confirm`, `fix` and so on.
    pub section: Option<&'static str>,
    /// Whether it stands before the end of the first numbered step of Fix.
    pub begins: bool,
    /// Where the section Fix ends with it and has numbered steps, how many.
    pub steps: Option<usize>,
}

/// A check or a fix.
#[derive(Debug, Clone, Serialize)]
pub struct SnippetView {
    /// `check` or `fix`.
    pub kind: &'static str,
    /// Its name.
    pub id: String,
    /// The files that it reads, and that a fix changes.
    pub inputs: Vec<InputView>,
    /// For a fix, the names of the checks that it silences.
    pub silences: Vec<String>,
    /// `jq` or `diff`.
    pub language: &'static str,
    /// The program, as markup.
    pub html: String,
    /// The command to paste.
    pub command: CommandView,
    /// What its command calls.
    pub needs: Vec<ToolView>,
    /// For a fix, where its command keeps the old file.
    pub backup: Option<String>,
    /// What was proven of the incident's snippets.
    pub proof: Option<ProofView>,
    /// For a check, what runs it on the reader's files.
    pub run: Option<RunView>,
}

/// A check as the reader's page runs it.
#[derive(Debug, Clone, Serialize)]
pub struct RunView {
    /// What the engine is asked, but for the files: JSON.
    pub question: String,
    /// The files that the check and its fixes read.
    pub files: Vec<InputView>,
}

/// A file that a snippet reads.
#[derive(Debug, Clone, Serialize)]
pub struct InputView {
    /// Where it is on the reader's machine.
    pub path: String,
    /// The variable it is bound to.
    pub name: Option<String>,
    /// Whether it may be absent.
    pub optional: bool,
    /// Whether the snippet changes it.
    pub changed: bool,
}

/// A program that a command calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolView {
    /// Its name.
    pub name: &'static str,
    /// Which one of that name: whose package, or from which version on.
    pub from: Option<&'static str>,
}

/// A command to paste.
#[derive(Debug, Clone, Serialize)]
pub struct CommandView {
    /// As markup; the blanks that readers fill in have the class `blank`.
    pub html: String,
    /// As text.
    pub text: String,
    /// How many lines it has.
    pub lines: usize,
    /// The names of the blanks.
    pub blanks: Vec<String>,
    /// What it destroys, where its author marked it.
    pub caution: Option<CautionView>,
}

/// What a destructive command does.
#[derive(Debug, Clone, Serialize)]
pub struct CautionView {
    /// What it destroys.
    pub scope: String,
    /// How to take it back.
    pub undo: String,
}

/// The one command of Confirm or Fix that the first screen shows.
#[derive(Debug, Clone, Serialize)]
pub struct ActView {
    /// The command.
    pub command: CommandView,
    /// What it calls, where it is a snippet's.
    pub needs: Vec<ToolView>,
    /// The files that it reads, where it is a snippet's.
    pub inputs: Vec<InputView>,
    /// The file that it changes.
    pub changes: Option<String>,
    /// Whether it is a fix that the build proved.
    pub proven: bool,
    /// How many numbered steps its section has.
    pub steps: usize,
}

/// What the build proved of an incident.
#[derive(Debug, Clone, Serialize)]
pub struct ProofView {
    /// How many broken fixtures every check flagged.
    pub broken: usize,
    /// How many healthy fixtures stayed silent.
    pub healthy: usize,
    /// How many fixes healed every fault.
    pub fixes: usize,
    /// How many healthy machines with a single fault were flagged.
    pub faults: usize,
    /// How many programs that differ from a check by one token were told from it.
    pub caught: usize,
    /// How many there are.
    pub mutants: usize,
    /// How many of them mean the same, as the author says.
    pub excused: usize,
    /// The versions of jq that the commands were tried with.
    pub jq: Vec<String>,
    /// Where all that was tried can be read.
    pub record: String,
    /// The last part of that address.
    pub record_name: String,
}

/// An incident in one language.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentView {
    /// Its permanent name.
    pub id: String,
    /// Its permanent address.
    pub permanent: String,
    /// The language of its facts: the site's default.
    pub facts_language: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: &'static str,
    /// `active`, `retired` or `merged`.
    pub status: &'static str,
    /// The incident it was merged into.
    pub merged_into: Option<LinkView>,
    /// Error text as users see it, as markup: the variable parts are `<var>`.
    pub signatures: Vec<String>,
    /// Products with their versions.
    pub applies_to: Vec<String>,
    /// The four lines, as markup.
    pub words: Option<WordsView>,
    /// The first check's command, else the first command of Confirm.
    pub check: Option<ActView>,
    /// The command of the first step of Fix, where it is what the `fix:` line means; else the line is to be shown.
    pub fix: Option<ActView>,
    /// How many numbered steps Fix has.
    pub steps: usize,
    /// What was proven.
    pub proof: Option<ProofView>,
    /// Why it has no check.
    pub unchecked: Option<RichView>,
    /// Whom to call.
    pub owner: Option<String>,
    /// Its tags.
    pub tags: Vec<LinkView>,
    /// Look-alikes.
    pub related: Vec<RelatedView>,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// Machines with and without the fault.
    pub fixtures: Vec<FixtureView>,
    /// The day of the last change.
    pub changed: Option<String>,
}

/// Another incident that a reader may have instead.
#[derive(Debug, Clone, Serialize)]
pub struct RelatedView {
    /// The incident.
    pub row: RowView,
    /// What tells the two apart.
    pub because: Option<RichView>,
}

/// The four lines of an incident, as markup.
#[derive(Debug, Clone, Serialize)]
pub struct WordsView {
    /// What the user sees.
    pub symptom: String,
    /// Why it happens.
    pub root_cause: String,
    /// How to be sure.
    pub confirm: String,
    /// What to do.
    pub fix: String,
}

/// A fixture.
#[derive(Debug, Clone, Serialize)]
pub struct FixtureView {
    /// Its name.
    pub name: String,
    /// Whether it has the fault.
    pub broken: bool,
    /// Its files, as paths of a reader's machine.
    pub files: Vec<String>,
}

/// An incident or page in a list.
#[derive(Debug, Clone, Serialize)]
pub struct RowView {
    /// Where it is.
    pub url: String,
    /// Its title.
    pub title: RichView,
    /// For an incident, its id.
    pub id: Option<String>,
    /// For an incident, its severity.
    pub severity: Option<&'static str>,
    /// For an incident, whether it still happens.
    pub active: bool,
    /// For an incident, the products that it is seen on.
    pub products: Vec<String>,
    /// For an incident, what the user sees, as markup.
    pub symptom: Option<String>,
    /// The day of the last change.
    pub changed: Option<String>,
}

impl RowView {
    /// A link to it that says its title.
    pub fn link(&self) -> LinkView {
        LinkView { html: self.title.html.clone(), url: self.url.clone(), language: self.title.language.clone() }
    }
}

/// What a list shows, beside its rows.
#[derive(Debug, Clone, Serialize)]
pub struct ListView {
    /// Groups within, or on the home page all groups at the top.
    pub groups: Vec<CountView>,
    /// What a search can be kept to: all groups, each followed by those in it, which stand further in.
    pub groups_within: Vec<CountView>,
    /// Tags.
    pub tags: Vec<CountView>,
    /// Products.
    pub products: Vec<CountView>,
    /// How many incidents there are, of which the rows may be a part.
    pub count: usize,
    /// The number of this page of the list, from 1.
    pub number: usize,
    /// How many pages the list has.
    pub numbers: usize,
    /// The page of the list before this one.
    pub previous: Option<String>,
    /// The page of the list after this one.
    pub next: Option<String>,
}

/// A group or tag, and how many incidents it has.
#[derive(Debug, Clone, Serialize)]
pub struct CountView {
    /// What it says, as markup.
    pub html: String,
    /// Where it leads.
    pub url: String,
    /// The language of what it says.
    pub language: String,
    /// How many incidents it has.
    pub count: usize,
}

/// What the page at an address that leads nowhere says in a language.
#[derive(Debug, Clone, Serialize)]
pub struct MissingView {
    /// The tag.
    pub language: String,
    /// That there is nothing.
    pub title: String,
    /// Why that may be.
    pub text: String,
    /// The home page.
    pub home: String,
    /// The site's name.
    pub site: String,
}

/// The page at a permanent address.
#[derive(Debug, Clone, Serialize)]
pub struct PermanentView {
    /// The incident's id.
    pub id: String,
    /// Where it leads without a script.
    pub target: String,
    /// The incident for programs.
    pub json: String,
    /// The page in each language that it has.
    pub pages: Vec<PermanentLinkView>,
}

/// An incident in a language that it has.
#[derive(Debug, Clone, Serialize)]
pub struct PermanentLinkView {
    /// The tag.
    pub language: String,
    /// The language's name in itself.
    pub name: String,
    /// The incident's title in it, as markup.
    pub html: String,
    /// Where it is.
    pub url: String,
}
