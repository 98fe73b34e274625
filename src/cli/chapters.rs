//! The chapters of the model: the documentation at the head of each mechanism's source file, so
//! that `tiexi describe mechanisms` tells what the code says of itself.

use super::listing::Listing;

macro_rules! chapters {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../mechanisms/", $name, ".rs")))),*]
    };
}

/// Name and source text of every mechanism, in alphabetical order.
const CHAPTERS: &[(&str, &str)] = &chapters![
    "abroad",
    "alliances",
    "demography",
    "digital",
    "finance",
    "fiscal",
    "generic_technology",
    "income",
    "investment",
    "labour",
    "market",
    "mergers",
    "outside",
    "own_projects",
    "ownership",
    "platforms",
    "pricing",
    "production",
    "research",
    "royalties",
    "science",
    "services",
    "standards",
    "supply",
    "talent",
    "upgrading",
    "value_chain",
];

/// Mechanism by mechanism, what it is about.
pub(super) fn listing() -> Listing {
    let row = |(name, source): &(&str, &str)| vec![(*name).into(), summary(source).into()];
    Listing::new(&["mechanism", "about"], CHAPTERS.iter().map(row).collect())
}

/// The whole chapter of a mechanism.
pub(super) fn chapter(name: &str) -> Option<String> {
    let (_, source) = CHAPTERS.iter().find(|(chapter, _)| *chapter == name)?;
    Some(documentation(source))
}

/// The module documentation of a source file, without its comment marks.
fn documentation(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line).to_string() + "\n").collect()
}

/// The first paragraph, on one line, without the mark of a heading.
fn summary(source: &str) -> String {
    let text = documentation(source);
    let paragraph: Vec<_> = text.lines().take_while(|line| !line.trim().is_empty()).collect();
    paragraph.join(" ").trim_start_matches('#').trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mechanism_has_its_chapter() {
        let modules = include_str!("../mechanisms/mod.rs").lines();
        let declared: Vec<_> = modules.filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
        let listed: Vec<_> = CHAPTERS.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, declared, "CHAPTERS has to list the modules of src/mechanisms");
    }

    #[test]
    fn a_chapter_is_the_head_of_its_file_only() {
        let source = "//! # Research: improve\n//! or imitate.\n//!\n//!     code\n\n//! not this\nuse x;\n";
        assert_eq!(documentation(source), "# Research: improve\nor imitate.\n\n    code\n");
        assert_eq!(summary(source), "Research: improve or imitate.");
    }

    #[test]
    fn chapters_are_found_by_name() {
        assert!(chapter("research").is_some_and(|text| !text.is_empty()));
        assert!(chapter("alchemy").is_none());
    }
}
