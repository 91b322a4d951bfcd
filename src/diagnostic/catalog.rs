//! The table of rules. Adding one: a line here, a page in `docs/` in both languages.
use super::{Level, Rule};

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal $slug:literal $level:ident;)+) => {
        $($(#[doc = $doc])+
        pub static $name: Rule = Rule {
            code: $code,
            name: $slug,
            level: Level::$level,
            docs: include_str!(concat!("docs/", $slug, ".md")),
            docs_zh: include_str!(concat!("docs/", $slug, ".zh.md")),
        };)+

        /// Every rule, sorted by code.
        pub static RULES: &[&Rule] = &[$(&$name),+];
    };
}

rules! {
    /// A file that is not UTF-8.
    NOT_UTF8 = "FB001" "not-utf8" Error;
    /// A file over its size limit.
    FILE_TOO_LARGE = "FB002" "file-too-large" Error;
    /// A symbolic link, a special file or a path that leads out of the site.
    LEAVES_SITE = "FB003" "leaves-site" Error;
    /// A file in `content/` that is no page, fixture, sample or image.
    UNKNOWN_FILE = "FB004" "unknown-file" Warning;
    /// A page in a language that site.toml does not list.
    UNKNOWN_LANGUAGE = "FB005" "unknown-language" Error;
    /// A folder of pages without a group page.
    MISSING_GROUP = "FB006" "missing-group" Error;
    /// Front matter that is not YAML.
    YAML_SYNTAX = "FB010" "yaml-syntax" Error;
    /// A TOML file that does not parse.
    TOML_SYNTAX = "FB011" "toml-syntax" Error;
    /// A key that nothing reads.
    UNKNOWN_KEY = "FB012" "unknown-key" Error;
    /// A key that must be there.
    MISSING_KEY = "FB013" "missing-key" Error;
    /// A value of another type than its key takes.
    WRONG_TYPE = "FB014" "wrong-type" Error;
    /// A value of the right type that is not one of those allowed.
    BAD_VALUE = "FB015" "bad-value" Error;
    /// YAML that unfolds to far more than was written.
    ALIAS_BOMB = "FB016" "alias-bomb" Error;
    /// A page without front matter, or whose front matter does not end.
    NO_FRONT_MATTER = "FB017" "no-front-matter" Error;
    /// An incident id of the wrong form.
    BAD_ID = "FB020" "bad-id" Error;
    /// An id that two incidents have.
    DUPLICATE_ID = "FB021" "duplicate-id" Error;
    /// Two pages at one address.
    DUPLICATE_ROUTE = "FB022" "duplicate-route" Error;
    /// Two addresses that differ only in case or Unicode form.
    SIMILAR_ROUTE = "FB023" "similar-route" Error;
    /// An alias at the address of a page or of another alias.
    ALIAS_SHADOWS_PAGE = "FB024" "alias-shadows-page" Error;
    /// Two headings of a page with one anchor.
    DUPLICATE_ANCHOR = "FB025" "duplicate-anchor" Error;
    /// A reference to an incident that is not there.
    UNKNOWN_INCIDENT = "FB026" "unknown-incident" Error;
    /// A page that lacks a language of the site.
    MISSING_TRANSLATION = "FB030" "missing-translation" Warning;
    /// A translation that states a fact otherwise than the default language.
    FACT_DISAGREES = "FB031" "fact-disagrees" Error;
    /// A snippet that differs between languages.
    SNIPPET_DIFFERS = "FB032" "snippet-differs" Error;
    /// A language that lacks a text of the user interface.
    MISSING_STRING = "FB033" "missing-string" Error;
    /// An incident without one of its required sections.
    MISSING_SECTION = "FB040" "missing-section" Error;
    /// A snippet that is neither a check nor a fix.
    UNKNOWN_KIND = "FB050" "unknown-kind" Error;
    /// An attribute that snippets do not have.
    UNKNOWN_ATTRIBUTE = "FB051" "unknown-attribute" Error;
    /// A reference to a snippet that is not there.
    UNKNOWN_SNIPPET = "FB052" "unknown-snippet" Error;
    /// An attribute that is missing, repeated or malformed.
    BAD_ATTRIBUTE = "FB053" "bad-attribute" Error;
    /// Two snippets of one name.
    DUPLICATE_SNIPPET = "FB054" "duplicate-snippet" Error;
    /// A snippet that does not compile.
    SNIPPET_SYNTAX = "FB055" "snippet-syntax" Error;
    /// A jq function that looks outside its input.
    REFUSED_FUNCTION = "FB056" "refused-function" Error;
    /// A control or bidirectional character in code.
    HIDDEN_CHARACTER = "FB057" "hidden-character" Error;
    /// A link to a page that is not there.
    DEAD_LINK = "FB060" "dead-link" Error;
    /// A link to a heading that is not there.
    DEAD_ANCHOR = "FB061" "dead-anchor" Error;
    /// A link that names the file of another language.
    LINK_INTO_ANOTHER_LANGUAGE = "FB062" "link-into-another-language" Error;
    /// A link whose scheme could run code or hide its target.
    UNSAFE_URL = "FB063" "unsafe-url" Error;
    /// HTML in Markdown.
    RAW_HTML = "FB064" "raw-html" Error;
    /// A check that is silent on a broken fixture.
    MISSED_FAULT = "FB070" "missed-fault" Error;
    /// A check that flags a healthy fixture.
    FALSE_ALARM = "FB071" "false-alarm" Error;
    /// A snippet that ends in a run-time error.
    SNIPPET_FAILS = "FB072" "snippet-fails" Error;
    /// A snippet that does not end within its budget.
    OVER_BUDGET = "FB073" "over-budget" Error;
    /// A fix after which a check still finds something.
    FIX_DOES_NOT_HEAL = "FB074" "fix-does-not-heal" Error;
    /// A fix that changes more when it is applied twice.
    FIX_NOT_IDEMPOTENT = "FB075" "fix-not-idempotent" Error;
    /// A fix that changes a healthy file.
    FIX_CHANGES_HEALTHY = "FB076" "fix-changes-healthy" Error;
    /// A fix that does not output exactly one document.
    FIX_OUTPUT = "FB077" "fix-output" Error;
    /// A fixture's file that cannot be read in its format.
    UNREADABLE_FIXTURE = "FB078" "unreadable-fixture" Error;
    /// A fixture without a file that a snippet reads.
    MISSING_INPUT = "FB079" "missing-input" Error;
    /// A fixture or sample whose name does not say what it shows.
    UNKNOWN_FIXTURE = "FB080" "unknown-fixture" Error;
    /// An active incident that lacks what would prove it.
    UNPROVEN = "FB081" "unproven" Error;
    /// A log excerpt in which its incident is not found.
    SAMPLE_NOT_FOUND = "FB082" "sample-not-found" Error;
    /// A signature that many logs have.
    GENERAL_SIGNATURE = "FB083" "general-signature" Error;
    /// A signature by which another incident's log finds the wrong incident.
    SIGNATURE_OUTRANKS = "FB084" "signature-outranks" Error;
    /// A log excerpt in which an incident is found that it does not show.
    CLEAN_SAMPLE_FOUND = "FB085" "clean-sample-found" Error;
    /// Two incidents that one log shows, and nothing that tells them apart.
    UNEXPLAINED_LOOK_ALIKE = "FB086" "unexplained-look-alike" Warning;
    /// An address that was published and no longer leads anywhere.
    ROUTE_GONE = "FB087" "route-gone" Error;
    /// An anchor that was published and that no heading of its page has.
    ANCHOR_GONE = "FB088" "anchor-gone" Error;
    /// An id that was published and that no page has.
    ID_GONE = "FB089" "id-gone" Error;
    /// A template that does not load or names what is not there.
    TEMPLATE_ERROR = "FB090" "template-error" Error;
    /// An id that was published for another page.
    ID_REUSED = "FB091" "id-reused" Error;
    /// A line of the ledger that cannot be read, or is there twice.
    LEDGER_SYNTAX = "FB092" "ledger-syntax" Error;
    /// A program that mentions an incident without a page.
    UNKNOWN_REFERENCE = "FB093" "unknown-reference" Error;
    /// A program that mentions an incident that is retired or was merged.
    OUTDATED_REFERENCE = "FB094" "outdated-reference" Warning;
    /// An active incident that no program mentions.
    NEVER_EMITTED = "FB095" "never-emitted" Warning;
    /// A check that is silent on one edit of what makes a fixture broken.
    MISSED_SINGLE_FAULT = "FB100" "missed-single-fault" Error;
    /// A fix that changes more than the fault.
    COLLATERAL_CHANGE = "FB101" "collateral-change" Error;
    /// An excuse that excuses nothing.
    NEEDLESS_EXCUSE = "FB102" "needless-excuse" Warning;
    /// A program that differs from a check by one token, and that no fixture tells from it.
    SURVIVING_MUTANT = "FB103" "surviving-mutant" Warning;
    /// A finding of a check that carries a token, key or password of a fixture.
    LEAKED_SECRET = "FB104" "leaked-secret" Error;
    /// A check that ends in a run-time error on a file that is not quite as a fixture has it.
    CRASHES_ON_ODD_FILE = "FB105" "crashes-on-odd-file" Warning;
    /// A fix that is a diff, of a broken fixture that has other lines.
    DIFF_DOES_NOT_APPLY = "FB120" "diff-does-not-apply" Error;
    /// A fix after which a file cannot be read in its format.
    FIX_GARBLES = "FB121" "fix-garbles" Error;
    /// A command that does something else in a shell with the real jq.
    PASTE_DIFFERS = "FB122" "paste-differs" Error;
    /// A name of a page that finds three others before it.
    HARD_TO_FIND = "FB130" "hard-to-find" Warning;
    /// A mark of a shell command that says nothing, or not enough.
    BAD_COMMAND_MARK = "FB140" "bad-command-mark" Error;
    /// A `<NAME>` of a command that readers cannot fill in.
    BAD_BLANK = "FB141" "bad-blank" Error;
    /// A key, token, password or private key.
    SECRET = "FB150" "secret" Error;
    /// An address of a person or a machine of the world.
    REAL_ADDRESS = "FB151" "real-address" Error;
    /// An `allow-secret` without a reason, or where there is nothing to allow.
    IDLE_ALLOW = "FB152" "idle-allow" Error;
    /// A key without a value.
    EMPTY_KEY = "FB153" "empty-key" Warning;
    /// A section of an incident that says nothing.
    EMPTY_SECTION = "FB154" "empty-section" Error;
    /// A section that a page has in one language and not in another.
    SECTION_DIFFERS = "FB170" "section-differs" Warning;
    /// Numbered steps that are more in one language than in another.
    STEPS_DIFFER = "FB171" "steps-differ" Error;
    /// The words for a finding, which in a translation are missing or fill in something else.
    MESSAGE_DIFFERS = "FB172" "message-differs" Error;
    /// An image that a page has in one language and not in another, or whose words are not translated.
    IMAGE_DIFFERS = "FB173" "image-differs" Warning;
    /// An image without words for those who do not see it.
    IMAGE_WITHOUT_WORDS = "FB174" "image-without-words" Warning;
    /// A link that a page has in one language and not in another.
    LINK_DIFFERS = "FB175" "link-differs" Warning;
    /// A shell command that is not the same in two languages.
    COMMAND_DIFFERS = "FB176" "command-differs" Error;
}
