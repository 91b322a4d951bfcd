//! The difference between two documents as elementary changes, each of which can be made alone.
//!
//! Objects differ key by key, arrays of scalars element by element whatever their order, other arrays by the items
//! that were added, removed or changed in place. A change is written as a jq update, so that a reader can run it.

use super::{Val, Value, access};
use std::rc::Rc;

/// An elementary change.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Keys from the top to the part that changes.
    route: Vec<Val>,
    change: Change,
}

#[derive(Debug, Clone, PartialEq)]
enum Change {
    /// `.a = 1`: another value, or a key that was not there
    Set(Val),
    /// `del(.a)`
    Delete,
    /// `.a += ["x"]`, where order does not matter
    With(Val),
    /// `.a -= ["x"]`
    Without(Val),
    /// `.a[2:2] = ["x"]`
    Insert(usize, Val),
}

/// Cells of the table by which arrays are aligned; larger ones are compared place by place.
const TABLE: usize = 1 << 20;

impl Value {
    /// The changes that make `other` of this document, but for the order of keys and the form of numbers.
    #[must_use]
    pub fn edits(&self, other: &Self) -> Vec<Edit> {
        let mut edits = Vec::new();
        compare(&self.0, &other.0, &mut Vec::new(), false, &mut edits);
        edits
    }

    /// As [`edits`](Self::edits) for arrays of lines: their order matters, blank ones do not.
    #[must_use]
    pub fn line_edits(&self, other: &Self) -> Vec<Edit> {
        let mut edits = Vec::new();
        compare(&self.0, &other.0, &mut Vec::new(), true, &mut edits);
        edits.retain(|edit| !edit.is_blank(&self.0));
        edits
    }

    /// The document with one change made; as it is where the change does not apply.
    #[must_use]
    pub fn with_edit(&self, edit: &Edit) -> Self {
        Self(edit.apply(self.0.clone()).unwrap_or_else(|_| self.0.clone()))
    }

    /// Changes that a careless hand makes: a part is taken out, altered, made null or emptied.
    #[must_use]
    pub fn oddities(&self) -> Vec<Edit> {
        let mut edits = Vec::new();
        oddities(&self.0, &mut Vec::new(), &mut edits);
        edits
    }

    /// The document with one part of its top level left out, or another scalar, and how `name` is changed by that.
    #[must_use]
    pub fn variants(&self, name: &str) -> Vec<(String, Self)> {
        let dropped = |part: &str| format!("`{part}` of `{name}` is dropped");
        match &self.0 {
            Val::Array(items) => (0..items.len())
                .map(|at| {
                    let mut rest = items.to_vec();
                    let gone = rest.remove(at);
                    let part = gone.as_text().map_or_else(|| gone.to_json(), ToString::to_string);
                    (dropped(&part), Self(Val::Array(Rc::new(rest))))
                })
                .collect(),
            Val::Object(map) => map
                .keys()
                .map(|key| {
                    let mut rest = map.as_ref().clone();
                    rest.shift_remove(key);
                    (dropped(key), Self(Val::Object(Rc::new(rest))))
                })
                .collect(),
            scalar => {
                let other = altered(scalar);
                vec![(format!("`{name}` becomes `{}`", other.to_json()), Self(other))]
            }
        }
    }

    /// What `other` writes in another form than this document though it means the same: keys in another order,
    /// `1` for `1.0`. The path, and what happened there.
    #[must_use]
    pub fn rewritten(&self, other: &Self) -> Option<(String, String)> {
        let mut route = Vec::new();
        rewritten(&self.0, &other.0, &mut route).map(|what| (path(&route), what))
    }
}

impl Edit {
    /// The jq path of the part that changes: of an array of scalars, the array.
    #[must_use]
    pub fn path(&self) -> String {
        path(&self.route)
    }

    /// The change as a jq update.
    #[must_use]
    pub fn update(&self) -> String {
        let path = self.path();
        match &self.change {
            Change::Set(value) => format!("{path} = {}", value.to_json()),
            Change::Delete => format!("del({path})"),
            Change::With(value) => format!("{path} += [{}]", value.to_json()),
            Change::Without(value) => format!("{path} -= [{}]", value.to_json()),
            Change::Insert(at, value) => format!("{path}[{at}:{at}] = [{}]", value.to_json()),
        }
    }

    /// Whether it puts null in the place of something.
    #[must_use]
    pub fn makes_null(&self) -> bool {
        self.change == Change::Set(Val::Null)
    }

    /// How much it changes: the scalars that come or go.
    #[must_use]
    pub fn weight(&self, document: &Value) -> usize {
        match &self.change {
            Change::Set(value) | Change::With(value) | Change::Without(value) | Change::Insert(_, value) => {
                leaves(value)
            }
            Change::Delete => document.0.get_path(&self.route).map_or(1, |gone| leaves(&gone)),
        }
    }

    /// Whether a change of what this one changes, or of a part of it, is `other`.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if !other.route.starts_with(&self.route) {
            return false;
        }
        match (&self.change, &other.change) {
            (Change::Set(_) | Change::Delete, _) => true,
            (own, Change::Without(_)) => self.route == other.route && *own == other.change,
            (Change::Insert(..), Change::Insert(..)) | (Change::With(_) | Change::Without(_), Change::With(_)) => {
                self.route == other.route
            }
            _ => false,
        }
    }

    fn apply(&self, document: Val) -> Result<Val, String> {
        let part =
            |document: &Val| document.get_path(&self.route).map(|part| part.as_array().cloned().unwrap_or_default());
        match &self.change {
            Change::Set(value) => document.set_path(&self.route, value.clone()),
            Change::Delete => document.delete_paths(vec![Rc::new(self.route.clone())]),
            Change::With(value) => {
                let mut items = part(&document)?.to_vec();
                items.push(value.clone());
                document.set_path(&self.route, Val::Array(Rc::new(items)))
            }
            Change::Without(value) => {
                let items = part(&document)?.iter().filter(|item| *item != value).cloned().collect();
                document.set_path(&self.route, Val::Array(Rc::new(items)))
            }
            Change::Insert(at, value) => {
                let mut items = part(&document)?.to_vec();
                items.insert((*at).min(items.len()), value.clone());
                document.set_path(&self.route, Val::Array(Rc::new(items)))
            }
        }
    }

    /// Whether only space comes or goes.
    fn is_blank(&self, document: &Val) -> bool {
        let blank = |value: &Val| value.as_text().is_some_and(|text| text.trim().is_empty());
        let before = || document.get_path(&self.route).is_ok_and(|before| blank(&before));
        match &self.change {
            Change::Set(after) => blank(after) && before(),
            Change::Insert(_, line) | Change::With(line) | Change::Without(line) => blank(line),
            Change::Delete => before(),
        }
    }
}

fn oddities(value: &Val, route: &mut Vec<Val>, edits: &mut Vec<Edit>) {
    let mut set = |value: Val| edits.push(Edit { route: route.clone(), change: Change::Set(value) });
    match value {
        Val::Null => {}
        Val::Array(_) => set(Val::Array(Rc::default())),
        Val::Object(_) => set(Val::Object(Rc::default())),
        scalar => set(altered(scalar)),
    }
    if !matches!(value, Val::Null) {
        set(Val::Null);
    }
    let keys: Vec<(Val, &Val)> = match value {
        Val::Array(items) => items.iter().enumerate().map(|(at, item)| (access::count(at), item)).collect(),
        Val::Object(map) => map.iter().map(|(key, item)| (Val::Text(key.clone()), item)).collect(),
        _ => Vec::new(),
    };
    for (key, item) in keys {
        route.push(key);
        edits.push(Edit { route: route.clone(), change: Change::Delete });
        oddities(item, route, edits);
        route.pop();
    }
}

/// Another scalar of the same kind.
fn altered(scalar: &Val) -> Val {
    match scalar {
        Val::Number(number) => Val::from(number.double() + 1.0),
        Val::Text(text) => Val::from(format!("{text}~").as_str()),
        other => Val::Bool(!other.is_true()),
    }
}

fn leaves(value: &Val) -> usize {
    match value {
        Val::Array(items) => items.iter().map(leaves).sum::<usize>().max(1),
        Val::Object(map) => map.values().map(leaves).sum::<usize>().max(1),
        _ => 1,
    }
}

fn path(route: &[Val]) -> String {
    let mut path = String::new();
    for key in route {
        match key {
            Val::Text(key) => access::field(&mut path, key),
            key => super::step(&mut path, &key.to_json()),
        }
    }
    if path.is_empty() { ".".to_owned() } else { path }
}

fn compare(left: &Val, right: &Val, route: &mut Vec<Val>, by_line: bool, edits: &mut Vec<Edit>) {
    if left == right {
        return;
    }
    match (left, right) {
        (Val::Object(before), Val::Object(after)) => {
            for (key, value) in before.iter() {
                route.push(Val::Text(key.clone()));
                match after.get(key) {
                    Some(other) => compare(value, other, route, by_line, edits),
                    None => edits.push(Edit { route: route.clone(), change: Change::Delete }),
                }
                route.pop();
            }
            for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
                route.push(Val::Text(key.clone()));
                edits.push(Edit { route: route.clone(), change: Change::Set(value.clone()) });
                route.pop();
            }
        }
        (Val::Array(before), Val::Array(after)) => {
            let scalars = |items: &[Val]| items.iter().all(|item| !matches!(item, Val::Array(_) | Val::Object(_)));
            if !by_line && scalars(before) && scalars(after) {
                let changes = sets(before, after);
                if changes.is_empty() {
                    edits.push(Edit { route: route.clone(), change: Change::Set(right.clone()) });
                }
                edits.extend(changes.into_iter().map(|change| Edit { route: route.clone(), change }));
            } else {
                items(before, after, route, by_line, edits);
            }
        }
        _ => edits.push(Edit { route: route.clone(), change: Change::Set(right.clone()) }),
    }
}

/// What two arrays of scalars do not share; nothing when only order or repetition differ.
fn sets(before: &[Val], after: &[Val]) -> Vec<Change> {
    let mut seen: Vec<&Val> = Vec::new();
    let mut changes = Vec::new();
    for (items, others, change) in
        [(before, after, Change::Without as fn(Val) -> Change), (after, before, Change::With as fn(Val) -> Change)]
    {
        for item in items.iter().filter(|item| !others.contains(item)) {
            if !seen.contains(&item) {
                seen.push(item);
                changes.push(change(item.clone()));
            }
        }
    }
    changes
}

/// Compares what stands between the items that both arrays have in common: pairs in place, the rest came or went.
fn items(before: &[Val], after: &[Val], route: &mut Vec<Val>, by_line: bool, edits: &mut Vec<Edit>) {
    let (mut left, mut right) = (0, 0);
    let ends = [(before.len(), after.len())];
    for (next_left, next_right) in common(before, after).into_iter().chain(ends) {
        let pairs = (next_left - left).min(next_right - right);
        for at in 0..pairs {
            route.push(access::count(left + at));
            compare(&before[left + at], &after[right + at], route, by_line, edits);
            route.pop();
        }
        for at in left + pairs..next_left {
            route.push(access::count(at));
            edits.push(Edit { route: route.clone(), change: Change::Delete });
            route.pop();
        }
        for item in &after[right + pairs..next_right] {
            edits.push(Edit { route: route.clone(), change: Change::Insert(next_left, item.clone()) });
        }
        (left, right) = (next_left + 1, next_right + 1);
    }
}

/// The places of a longest common run of items, in both arrays.
fn common(before: &[Val], after: &[Val]) -> Vec<(usize, usize)> {
    let start = before.iter().zip(after).take_while(|(left, right)| left == right).count();
    let tails = before[start..].iter().rev().zip(after[start..].iter().rev());
    let end = tails.take_while(|(left, right)| left == right).count();
    let (left, right) = (&before[start..before.len() - end], &after[start..after.len() - end]);
    let mut places: Vec<_> = (0..start).map(|at| (at, at)).collect();
    let width = right.len() + 1;
    if (left.len() + 1) * width <= TABLE {
        // lengths[i, j]: of a longest common run of left[i..] and right[j..].
        let mut lengths = vec![0_u32; (left.len() + 1) * width];
        for i in (0..left.len()).rev() {
            for j in (0..right.len()).rev() {
                lengths[i * width + j] = if left[i] == right[j] {
                    lengths[(i + 1) * width + j + 1] + 1
                } else {
                    lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < left.len() && j < right.len() {
            if left[i] == right[j] {
                places.push((start + i, start + j));
                (i, j) = (i + 1, j + 1);
            } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
    places.extend((0..end).map(|at| (before.len() - end + at, after.len() - end + at)));
    places
}

fn rewritten(before: &Val, after: &Val, route: &mut Vec<Val>) -> Option<String> {
    match (before, after) {
        (Val::Number(left), Val::Number(right)) if left.compare(right).is_eq() && left.print() != right.print() => {
            Some(format!("`{}` becomes `{}`", left.print(), right.print()))
        }
        (Val::Object(left), Val::Object(right)) => {
            let kept = left.keys().filter(|key| right.contains_key(*key));
            let now = right.keys().filter(|key| left.contains_key(*key));
            if let Some((_, first)) = kept.zip(now).find(|(old, new)| old != new) {
                return Some(format!("the key `{first}` moves"));
            }
            left.iter().find_map(|(key, value)| step(Val::Text(key.clone()), value, right.get(key)?, route))
        }
        (Val::Array(left), Val::Array(right)) => {
            let pairs = common(left, right).into_iter();
            let mut pairs: Vec<_> = pairs.map(|(at, other)| (at, &left[at], &right[other])).collect();
            if left.len() == right.len() {
                pairs =
                    left.iter().zip(right.iter()).enumerate().map(|(at, (left, right))| (at, left, right)).collect();
            }
            pairs.into_iter().find_map(|(at, left, right)| step(access::count(at), left, right, route))
        }
        _ => None,
    }
}

/// Goes on at a key; on the way back without a find, the route is as it was.
fn step(key: Val, before: &Val, after: &Val, route: &mut Vec<Val>) -> Option<String> {
    route.push(key);
    let found = rewritten(before, after, route);
    if found.is_none() {
        route.pop();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        Value::parse(json).unwrap()
    }

    /// The updates between two documents; each alone must be what it says, all of them the whole difference.
    fn check(before: &str, after: &str, expected: &[&str]) {
        let edits = value(before).edits(&value(after));
        assert_eq!(edits.iter().map(Edit::update).collect::<Vec<_>>(), expected, "{before} {after}");
    }

    #[test]
    fn a_difference_is_split_as_finely_as_it_can_be() {
        check("{\"a\":1,\"b\":[1]}", "{\"b\":[1],\"a\":1.0}", &[]);
        check(
            "{\"s\":[\"a\",\"b\",\"c\"]}",
            "{\"s\":[\"c\",\"x\"]}",
            &[".s -= [\"a\"]", ".s -= [\"b\"]", ".s += [\"x\"]"],
        );
        check("{\"s\":[1,2]}", "{\"s\":[2,1]}", &[".s = [2,1]"]);
        check("{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"y\":3,\"z-\":4}}", &["del(.a.x)", ".a.y = 3", ".a[\"z-\"] = 4"]);
        check("[{\"a\":1},{\"b\":1}]", "[{\"a\":2},{\"b\":1}]", &[".[0].a = 2"]);
        check("[{\"a\":1},{\"b\":1}]", "[{\"b\":1},{\"c\":1}]", &["del(.[0])", ".[2:2] = [{\"c\":1}]"]);
        check("null", "{\"a\":1}", &[". = {\"a\":1}"]);
    }

    #[test]
    fn lines_have_an_order_and_blank_ones_do_not_count() {
        let edits = value("[\"a\",\"\",\"b\",\"c\"]").line_edits(&value("[\"a\",\"x\",\"c\",\"\",\"d\"]"));
        let updates: Vec<_> = edits.iter().map(Edit::update).collect();
        assert_eq!(updates, [".[1] = \"x\"", "del(.[2])", ".[4:4] = [\"d\"]"]);
    }

    #[test]
    fn an_edit_is_made_alone() {
        let (before, after) = (value("{\"s\":[\"a\",\"b\"],\"k\":1}"), value("{\"s\":[\"b\",\"c\"]}"));
        let made: Vec<_> = before.edits(&after).iter().map(|edit| before.with_edit(edit).to_json()).collect();
        assert_eq!(made, ["{\"s\":[\"b\"],\"k\":1}", "{\"s\":[\"a\",\"b\",\"c\"],\"k\":1}", "{\"s\":[\"a\",\"b\"]}"]);
    }

    #[test]
    fn a_careless_hand_does_all_of_this() {
        let odd: Vec<_> = value("{\"a\":[1,null]}").oddities().iter().map(Edit::update).collect();
        let at_a = [".a = []", ".a = null", "del(.a[0])", ".a[0] = 2", ".a[0] = null", "del(.a[1])"];
        assert_eq!(odd, [&[". = {}", ". = null", "del(.a)"][..], &at_a].concat());
    }

    #[test]
    fn a_change_covers_what_lies_within_it() {
        let first = |before: &str, after: &str| value(before).edits(&value(after)).remove(0);
        let covers = |one: (&str, &str), other: (&str, &str)| first(one.0, one.1).covers(&first(other.0, other.1));
        let list = "{\"s\":[\"a\",\"b\"]}";
        assert!(covers((list, "{\"s\":[\"a\",\"b\",\"c\"]}"), (list, "{\"s\":[\"a\",\"b\",\"d\"]}")));
        assert!(!covers((list, "{\"s\":[\"a\"]}"), (list, "{\"s\":[\"b\"]}")));
        assert!(covers((list, "{}"), (list, "{\"s\":[\"b\"]}")));
        assert!(!covers((list, "{\"s\":[\"a\"]}"), (list, "{}")));
    }

    #[test]
    fn another_form_of_the_same_is_told() {
        let form = |before: &str, after: &str| value(before).rewritten(&value(after));
        assert_eq!(form("{\"a\":1.0,\"b\":2}", "{\"a\":1.0,\"c\":3}"), None);
        assert_eq!(form("{\"a\":{\"p\":1.0}}", "{\"a\":{\"p\":1}}"), Some((".a.p".into(), "`1.0` becomes `1`".into())));
        assert_eq!(form("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}"), Some((".".into(), "the key `b` moves".into())));
        assert_eq!(form("[{\"a\":1.0}]", "[{\"a\":1}]"), Some((".[0].a".into(), "`1.0` becomes `1`".into())));
    }
}
