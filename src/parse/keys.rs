//! The keys of front matter and of site.toml: a table. The readers take from it which keys there are, `faultbook schema`
//! what each holds.

use crate::model::Severity;
use serde_json::{Map, Value, json};

/// Where a key may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// An incident, in the default language's page, which owns the facts
    Fact,
    /// An incident, in every language
    Word,
    /// A page that is no incident
    Plain,
    /// site.toml
    Site,
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
enum Holds {
    Text,
    Line,
    Flag,
    Texts,
    TextMap,
    Anything,
    Id,
    Severity,
    Status,
    AppliesTo,
    Related,
    Languages,
    BaseUrl,
    Address,
}

struct Key {
    name: &'static str,
    of: &'static [Of],
    holds: Holds,
    required: bool,
    says: &'static str,
}

const fn key(name: &'static str, of: &'static [Of], holds: Holds, says: &'static str) -> Key {
    Key { name, of, holds, required: false, says }
}

const fn required(name: &'static str, of: &'static [Of], holds: Holds, says: &'static str) -> Key {
    Key { name, of, holds, required: true, says }
}

#[rustfmt::skip]
const KEYS: &[Key] = &[
    required("id", &[Of::Fact], Holds::Id, "The permanent name; never given again."),
    required("title", &[Of::Word, Of::Plain], Holds::Text, "The page's title; inline Markdown."),
    required("severity", &[Of::Fact], Holds::Severity, "How bad it is."),
    key("status", &[Of::Fact], Holds::Status, "`active`, unless it is kept for its links alone."),
    key("merged_into", &[Of::Fact], Holds::Id, "With `status: merged`: the incident that took this one in."),
    key("owner", &[Of::Fact], Holds::Text, "Whom to call."),
    key("applies_to", &[Of::Fact], Holds::AppliesTo, "Products, and the versions that have the fault."),
    key("tags", &[Of::Fact], Holds::Texts, "Words by which incidents are listed together."),
    key("signatures", &[Of::Fact], Holds::Texts, "Error text as users see it, a line each; `{name}` stands for a part that varies. An active incident has this key."),
    required("symptom", &[Of::Word], Holds::Line, "What the user sees, in one line of inline Markdown."),
    required("root_cause", &[Of::Word], Holds::Line, "Why it happens, in one line of inline Markdown."),
    required("confirm", &[Of::Word], Holds::Line, "How to be sure, in one line of inline Markdown."),
    required("fix", &[Of::Word], Holds::Line, "What to do, in one line of inline Markdown."),
    key("synonyms", &[Of::Word, Of::Plain], Holds::Texts, "Further words people search by."),
    key("related", &[Of::Fact], Holds::Related, "Incidents that a reader may have instead, and what tells them apart."),
    key("related_because", &[Of::Word], Holds::TextMap, "What tells a related incident apart, by its id, in this language."),
    key("aliases", &[Of::Fact, Of::Plain], Holds::Texts, "Old addresses: paths from the site's root."),
    key("sources", &[Of::Fact], Holds::Texts, "Web addresses that the facts come from."),
    key("let", &[Of::Fact], Holds::Anything, "Constants that the snippets share, bound as `$name`."),
    key("messages", &[Of::Word], Holds::TextMap, "Words for the findings of a check, by its name; `{field}` is a field of the finding."),
    key("unchecked", &[Of::Word], Holds::Text, "Why the incident has no check."),
    key("draft", &[Of::Fact, Of::Plain], Holds::Flag, "Whether it is not to be published yet."),
    key("translated_from", &[Of::Word, Of::Plain], Holds::TextMap, "What the translation was made from; `faultbook translated` writes it."),
    required("base_url", &[Of::Site], Holds::BaseUrl, "Where the site is published."),
    required("default_language", &[Of::Site], Holds::Text, "The language that owns the facts."),
    required("languages", &[Of::Site], Holds::Languages, "The languages, as BCP 47 tags."),
    required("title", &[Of::Site], Holds::TextMap, "The site's name, by language."),
    key("description", &[Of::Site], Holds::TextMap, "A sentence about the site, by language."),
    key("edit_url", &[Of::Site], Holds::Address, "Where a page is edited; `{path}` stands for its file."),
    key("report_url", &[Of::Site], Holds::Address, "Where a reader reports a page."),
    key("source_url", &[Of::Site], Holds::Address, "Where the site's source is."),
    key("offline", &[Of::Site], Holds::Flag, "Whether browsers keep the site for when there is no network; they do, unless this is `false`."),
    key("glossary", &[Of::Site], Holds::TextMap, "What a thing is called in one language, and in another: a search for either finds both."),
    key("strings", &[Of::Site], Holds::Anything, "Words of the interface, by language, instead of the theme's."),
];

/// The keys that may stand somewhere, in the order of the table.
pub(super) fn names(of: Of) -> Vec<&'static str> {
    KEYS.iter().filter(|key| key.of.contains(&of)).map(|key| key.name).collect()
}

/// The keys of an incident that it may do without: no finding says that they are missing.
pub(super) fn optional() -> Vec<&'static str> {
    let optional = |key: &&Key| !key.required && !key.of.contains(&Of::Site) && key.name != "signatures";
    KEYS.iter().filter(optional).map(|key| key.name).collect()
}

/// What a JSON Schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Described {
    /// The front matter of an incident in the default language
    Incident,
    /// The front matter of an incident in another language
    Translation,
    /// The front matter of a page that is no incident
    Page,
    /// site.toml
    Site,
}

impl Described {
    /// All of them, with their names.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Incident, "incident"), (Self::Translation, "translation"), (Self::Page, "page"), (Self::Site, "site")];
}

/// The JSON Schema of one kind of text; of all, by their names, when none is named.
#[must_use]
pub fn schema(of: Option<Described>) -> Value {
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" });
    let fields = schema.as_object_mut().expect("it is an object");
    if let Some(of) = of {
        fields.extend(described(of));
    } else {
        let all: Map<String, Value> =
            Described::ALL.iter().map(|(of, name)| ((*name).to_owned(), described(*of).into())).collect();
        let any: Vec<Value> = all.keys().map(|name| json!({ "$ref": format!("#/$defs/{name}") })).collect();
        fields.insert("title".to_owned(), "What faultbook reads".into());
        fields.insert("anyOf".to_owned(), any.into());
        fields.insert("$defs".to_owned(), all.into());
    }
    schema
}

fn described(of: Described) -> Map<String, Value> {
    let (title, places): (_, &[Of]) = match of {
        Described::Incident => ("Front matter of an incident", &[Of::Fact, Of::Word]),
        Described::Translation => ("Front matter of an incident's translation", &[Of::Word, Of::Fact]),
        Described::Page => ("Front matter of a page that is no incident", &[Of::Plain]),
        Described::Site => ("site.toml", &[Of::Site]),
    };
    // A translation may repeat a fact, and need not.
    let owes = if of == Described::Translation { &places[..1] } else { places };
    let keys = || KEYS.iter().filter(|key| key.of.iter().any(|of| places.contains(of)));
    let properties: Map<String, Value> = keys().map(|key| (key.name.to_owned(), property(key).into())).collect();
    let required: Vec<&str> =
        keys().filter(|key| key.required && key.of.iter().any(|of| owes.contains(of))).map(|key| key.name).collect();
    let schema = json!({
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    let Value::Object(schema) = schema else { unreachable!("it was written as an object") };
    schema
}

fn property(key: &Key) -> Map<String, Value> {
    let text = json!({ "type": "string" });
    let id = "^[A-Z][A-Z0-9]{1,15}-(0|[1-9][0-9]{0,5})$";
    let schema = match key.holds {
        Holds::Text if key.required => json!({ "type": "string", "pattern": "\\S" }),
        Holds::Text => text,
        Holds::Line => json!({ "type": "string", "pattern": "^\\s*\\S[^\\n]*\\s*$" }),
        Holds::Flag => json!({ "type": "boolean" }),
        Holds::Texts => json!({ "type": "array", "items": text }),
        Holds::TextMap => json!({ "type": "object", "additionalProperties": text }),
        Holds::Anything => json!({ "type": "object" }),
        Holds::Id => json!({ "type": "string", "pattern": id }),
        Holds::Severity => json!({ "enum": Severity::ALL.map(Severity::as_str) }),
        Holds::Status => json!({ "enum": ["active", "retired", "merged"], "default": "active" }),
        Holds::AppliesTo => json!({ "type": "array", "items": {
            "type": "object",
            "properties": { "product": { "type": "string", "pattern": "\\S" }, "versions": text },
            "required": ["product"],
            "additionalProperties": false,
        }}),
        Holds::Related => json!({ "type": "array", "items": { "anyOf": [
            { "type": "string", "pattern": id },
            {
                "type": "object",
                "properties": { "id": { "type": "string", "pattern": id }, "because": text },
                "required": ["id"],
                "additionalProperties": false,
            },
        ]}}),
        Holds::Languages => json!({ "type": "array", "items": text, "minItems": 1, "uniqueItems": true }),
        Holds::BaseUrl => json!({ "type": "string", "pattern": "^https?://" }),
        Holds::Address => json!({ "type": "string", "pattern": "^(https?://|mailto:)" }),
    };
    let Value::Object(mut schema) = schema else { unreachable!("each was written as an object") };
    schema.insert("description".to_owned(), key.says.into());
    schema
}
