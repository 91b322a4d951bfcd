//! Every signature on every sample: each log finds its own incident, and finds it first.
//!
//! One matcher of all signatures goes over all samples, in parallel, so the work grows with the samples alone. What is
//! found is told from the side of the author who wrote the sample: which incident got in the way, in which line.

use crate::diagnostic::{
    CLEAN_SAMPLE_FOUND, Diagnostic, GENERAL_SIGNATURE, SAMPLE_NOT_FOUND, SIGNATURE_OUTRANKS, UNEXPLAINED_LOOK_ALIKE,
    UNPROVEN,
};
use crate::matching::{self, Match, Matcher, Seen, Signature};
use crate::model::{Incident, IncidentId, Learned, Page, Polarity, Sample, Site};
use crate::source::{Span, Spanned, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// A signature found in the samples of this many other incidents tells none from the others.
const WIDELY: usize = 4;

/// An incident and its signatures in the matcher.
struct Known<'a> {
    page: &'a Page,
    incident: &'a Incident,
    /// Where each signature is written that is one.
    signatures: BTreeMap<usize, &'a Spanned<String>>,
}

/// What a sample shows.
struct Shown<'a> {
    /// Index of the incident that it belongs to.
    owner: usize,
    sample: &'a Sample,
    found: &'a [Match],
    seen: &'a [Seen<usize>],
}

/// The matches in a sample, and the incidents that they show.
type InSample = (Vec<Match>, Vec<Seen<usize>>);

/// What the last round saw.
#[derive(Default)]
pub(super) struct Memory {
    /// Every signature, with the index of the incident that it belongs to.
    owners: Vec<(usize, String)>,
    matcher: Matcher,
    /// What each sample of a page shows.
    seen: Learned<Vec<InSample>>,
}

impl Memory {
    /// Runs every signature on every sample of the site; while no signature is another one, only on those samples whose
    /// page is not as it was.
    pub(super) fn check(&mut self, site: &Site, tree: &Tree) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let (mut known, mut signatures, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        // Where all else is equal, the smaller id goes first.
        let mut incidents: Vec<(&Page, &Incident)> = site.incidents().collect();
        incidents.sort_by_key(|(_, incident)| &incident.id.value);
        // Of two with one id, which is told elsewhere, one says nothing of the other.
        incidents.dedup_by_key(|(_, incident)| &incident.id.value);
        for (page, incident) in incidents {
            let mut own = BTreeMap::new();
            for text in incident.signatures.iter().flatten().filter(|text| !text.value.trim().is_empty()) {
                match Signature::parse(&text.value) {
                    Ok(signature) => {
                        own.insert(signatures.len(), text);
                        owners.push((known.len(), text.value.clone()));
                        signatures.push(signature);
                    }
                    Err(fault) => findings.push(
                        GENERAL_SIGNATURE
                            .at(text.span, fault.to_string())
                            .label("this would be found in logs of all kinds")
                            .help("write more of the error text, as users see it".to_owned()),
                    ),
                }
            }
            known.push(Known { page, incident, signatures: own });
        }
        if self.owners != owners {
            *self = Self { owners, matcher: Matcher::new(signatures), seen: Learned::default() };
        }
        let Self { owners, matcher, seen } = self;
        seen.renew(&site.pages, |page| {
            let samples = page.incident().into_iter().flat_map(|incident| &incident.samples);
            let look = |sample: &Sample| {
                let found = matcher.find(tree.file(sample.file).bytes());
                let seen = matching::rank(found.iter().cloned(), |signature| owners[signature].0);
                (found, seen)
            };
            samples.map(look).collect()
        });
        let mut shown = Vec::new();
        for (owner, known) in known.iter().enumerate() {
            let seen = seen.of(&known.page.folder).into_iter().flatten();
            let samples = known.incident.samples.iter().zip(seen);
            shown.extend(samples.map(|(sample, (found, seen))| Shown { owner, sample, found, seen }));
        }
        for shown in &shown {
            findings.extend(of_sample(shown, &known, tree));
        }
        findings.extend(unshown(&shown, &known, tree));
        findings.extend(too_wide(&shown, &known, owners));
        findings.extend(look_alikes(&shown, &known, tree));
        findings
    }
}

impl Known<'_> {
    fn id(&self) -> &IncidentId {
        &self.incident.id.value
    }
}

/// What a sample says of its own incident.
fn of_sample(shown: &Shown<'_>, known: &[Known<'_>], tree: &Tree) -> Option<Diagnostic> {
    let own = &known[shown.owner];
    let (id, name) = (own.id(), &shown.sample.name);
    let place = shown.seen.iter().position(|seen| seen.incident == shown.owner);
    match (shown.sample.polarity, place) {
        (Polarity::Clean, Some(place)) => {
            let best = &shown.seen[place].best;
            Some(
                CLEAN_SAMPLE_FOUND
                    .at(line_of(shown, best, tree), format!("the sample `{name}` finds {id}, and must not"))
                    .label("found here")
                    .note_at(own.signatures[&best.signature].span, format!("by this signature of {id}"))
                    .help(format!(
                        "write more of the error text into the signature; if this is {id}, call the sample `match-…`"
                    )),
            )
        }
        (Polarity::Match, None) if own.incident.is_active() && !own.signatures.is_empty() => {
            let text = tree.file(shown.sample.file).bytes();
            let first = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
            let other = shown.seen.first().map(|seen| format!("it finds {}", known[seen.incident].id()));
            Some(
                SAMPLE_NOT_FOUND
                    .at(Span::new(shown.sample.file, 0..first), format!("the sample `{name}` does not find {id}"))
                    .note_at(own.incident.id.span, "none of the signatures of this incident is in it")
                    .note(other.unwrap_or_else(|| "it finds no other incident either".to_owned()))
                    .help("add the error text of this log to `signatures`; what varies in it is `{name}`".to_owned()),
            )
        }
        (Polarity::Match, Some(place)) if place > 0 => {
            let (first, best) = (&shown.seen[0].best, &shown.seen[place].best);
            let other = &known[shown.seen[0].incident];
            Some(
                SIGNATURE_OUTRANKS
                    .at(line_of(shown, first, tree), format!("the sample `{name}` of {id} finds {} first", other.id()))
                    .label(format!("{} is found here", other.id()))
                    .note_at(other.signatures[&first.signature].span, format!("by this signature of {}", other.id()))
                    .note_at(own.signatures[&best.signature].span, format!("which goes before this one of {id}"))
                    .note_at(line_of(shown, best, tree), format!("where {id} is found"))
                    .help(format!("write more of the error text into the signature of {id}: longer matches go first")),
            )
        }
        _ => None,
    }
}

/// The line of a sample in which a match begins, from there on.
fn line_of(shown: &Shown<'_>, found: &Match, tree: &Tree) -> Span {
    let bytes = tree.file(shown.sample.file).bytes();
    let index = |offset: u64| usize::try_from(offset).map_or(bytes.len(), |offset| offset.min(bytes.len()));
    let (start, end) = (index(found.start), index(found.end));
    let line = bytes[start..end].iter().position(|&byte| byte == b'\n').map_or(end, |at| start + at);
    Span::new(shown.sample.file, start..line)
}

/// Signatures that no sample of their incident shows.
fn unshown(shown: &[Shown<'_>], known: &[Known<'_>], tree: &Tree) -> Vec<Diagnostic> {
    let matching = || shown.iter().filter(|shown| shown.sample.polarity == Polarity::Match);
    let seen: BTreeSet<(usize, usize)> = matching()
        .flat_map(|shown| shown.found.iter().filter(|found| !found.cut).map(|found| (shown.owner, found.signature)))
        .collect();
    // Without any sample it is the incident that lacks one, which is found elsewhere.
    let sampled: BTreeSet<usize> = matching().map(|shown| shown.owner).collect();
    let mut findings = Vec::new();
    for (owner, known) in known.iter().enumerate().filter(|(_, known)| known.incident.is_active()) {
        if !sampled.contains(&owner) {
            continue;
        }
        for (signature, text) in &known.signatures {
            if !seen.contains(&(owner, *signature)) {
                let path = &tree.file(text.span.file).path;
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                findings.push(
                    UNPROVEN
                        .at(text.span, format!("no sample of {} shows this signature", known.id()))
                        .help(format!("add a log excerpt with it as `{folder}/samples/match-NAME.log`")),
                );
            }
        }
    }
    findings
}

/// Signatures that are found in the samples of many other incidents.
fn too_wide(shown: &[Shown<'_>], known: &[Known<'_>], owners: &[(usize, String)]) -> Vec<Diagnostic> {
    let mut others: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for shown in shown {
        for found in shown.found.iter().filter(|found| !found.cut && owners[found.signature].0 != shown.owner) {
            others.entry(found.signature).or_default().insert(shown.owner);
        }
    }
    let wide = others.into_iter().filter(|(_, others)| others.len() >= WIDELY);
    wide.map(|(signature, others)| {
        let owner = &known[owners[signature].0];
        let ids: Vec<String> = others.iter().take(3).map(|other| known[*other].id().to_string()).collect();
        let text = owner.signatures[&signature];
        GENERAL_SIGNATURE
            .at(text.span, format!("this signature of {} is found in the logs of {} others", owner.id(), others.len()))
            .note(format!("samples of {}, …", ids.join(", ")))
            .help("write more of the error text, as users see it".to_owned())
    })
    .collect()
}

/// Incidents whose logs show another one as well, and that do not say what tells the two apart.
fn look_alikes(shown: &[Shown<'_>], known: &[Known<'_>], tree: &Tree) -> Vec<Diagnostic> {
    let mut pairs: BTreeMap<(usize, usize), (&Shown<'_>, &Match)> = BTreeMap::new();
    for shown in shown.iter().filter(|shown| shown.sample.polarity == Polarity::Match) {
        for seen in shown.seen.iter().filter(|seen| seen.incident != shown.owner) {
            for pair in [(shown.owner, seen.incident), (seen.incident, shown.owner)] {
                pairs.entry(pair).or_insert((shown, &seen.best));
            }
        }
    }
    let mut findings = Vec::new();
    for ((one, other), (shown, found)) in pairs {
        let (one, other) = (&known[one], &known[other]);
        let related = one.incident.related.iter().find(|related| related.id.value == *other.id());
        let active = one.incident.is_active() && other.incident.is_active();
        if !active || related.is_some_and(|related| related.because.is_some()) {
            continue;
        }
        let at = related.map_or(one.incident.id.span, |related| related.id.span);
        let message = format!("{} does not say what tells it from {}", one.id(), other.id());
        findings.push(
            UNEXPLAINED_LOOK_ALIKE
                .at(at, message)
                .note_at(line_of(shown, found, tree), format!("this log shows both: `{}`", shown.sample.name))
                .help(format!("related: [{{id: {}, because: …}}]", other.id())),
        );
    }
    findings
}
