//! "Did you mean ...": the nearest known name to what was written.

use super::words::singular;

/// Names longer than this are not compared: nobody mistypes a hundred letters by accident.
const LONGEST_NAME: usize = 80;

/// The candidate nearest to `word`, if it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > LONGEST_NAME {
        return None;
    }
    let wanted = plain(word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if let Some(distance) = distance(&wanted, candidate)
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Edits between the names, or nothing when they have too little in common.
fn distance(wanted: &str, candidate: &str) -> Option<usize> {
    if candidate.len() > LONGEST_NAME {
        return None;
    }
    let candidate = plain(candidate);
    if wanted != candidate && singular(wanted) == singular(&candidate) {
        return Some(1);
    }
    let edits = strsim::damerau_levenshtein(wanted, &candidate);
    let allowed = (wanted.chars().count().max(candidate.chars().count()) / 3).max(1);
    if edits <= allowed {
        return Some(edits);
    }
    // A word cut short, or one part of a longer name: "arrival" for "arrival_rate".
    let part = wanted.len() >= 3 && candidate.contains(wanted);
    part.then_some(LONGEST_NAME + edits)
}

/// Upper case and hyphens are the commonest slips and count as no difference.
fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace(['-', ' '], "_")
}

/// A text short enough for a message.
pub fn clip(text: &str) -> String {
    const LENGTH: usize = 60;
    if text.chars().count() <= LENGTH {
        return text.to_owned();
    }
    let start: String = text.chars().take(LENGTH).collect();
    format!("{start}...")
}

/// "`a`, `b` and `c`".
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{}`", clip(name))).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// The help for an unknown name: the nearest one, and all of them when they are few.
pub fn help_for(word: &str, known: &[&str], what: &str) -> Option<String> {
    const FEW: usize = 12;
    let mut parts = Vec::new();
    if let Some(name) = nearest(word, known.iter().copied()) {
        parts.push(format!("did you mean `{name}`?"));
    }
    if !known.is_empty() && known.len() <= FEW {
        parts.push(format!("valid {what}: {}", listed(known.iter().copied())));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_name() {
        let known = ["arrival_rate", "imitation_factor", "enabled"];
        assert_eq!(nearest("arival_rate", known), Some("arrival_rate"));
        assert_eq!(nearest("Arrival-Rate", known), Some("arrival_rate"));
        assert_eq!(nearest("city", ["output", "cities"]), Some("cities"));
        assert_eq!(nearest("imitation", known), Some("imitation_factor"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"a".repeat(1000), known), None);
    }

    #[test]
    fn short_codes_are_matched_too() {
        assert_eq!(nearest("MEt", ["GEN", "MET"]), Some("MET"));
        assert_eq!(nearest("GENN", ["GEN", "MET"]), Some("GEN"));
    }
}
