//! Compiler-like messages: file, line, column, the line itself, an underline, a way out.

use super::problem::Problem;
use super::source::{Origin, Sources};
use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin as Place, Renderer, Snippet, normalize_untrusted_str,
};

/// Lines longer than this are named but not shown.
const LONGEST_LINE: usize = 4000;

/// One problem as text.
pub(super) fn render(problem: &Problem, sources: &Sources, colour: bool) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(problem.message.as_str()));
    if let Some(origin) = problem.origin {
        let label = problem.label.as_deref().unwrap_or("");
        group = show(group, sources, origin, label, AnnotationKind::Primary);
    }
    if problem.origin.is_none()
        && problem.context.is_empty()
        && let Some(file) = sources.names().next()
    {
        // What is not written has no place but its file.
        group = group.element(Place::path(file));
    }
    for (origin, note) in &problem.context {
        group = show(group, sources, *origin, note, AnnotationKind::Context);
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// Adds the line of an origin to the message.
fn show<'a>(group: Group<'a>, sources: &'a Sources, origin: Origin, label: &'a str, kind: AnnotationKind) -> Group<'a> {
    let name = sources.name(origin.file);
    let (line, number, span) = sources.line_around(origin);
    if line.is_empty() || line.len() > LONGEST_LINE {
        let column = sources.position(origin).column;
        return group.element(Place::path(name).line(number).char_column(column));
    }
    let (line, span) = without_byte_order_mark(line, span);
    let mut annotation: Annotation<'_> = kind.span(span);
    if !label.is_empty() {
        annotation = annotation.label(label);
    }
    group.element(Snippet::source(line).path(name).line_start(number).annotation(annotation))
}

fn without_byte_order_mark(line: &str, span: std::ops::Range<usize>) -> (&str, std::ops::Range<usize>) {
    match line.strip_prefix('\u{feff}') {
        Some(rest) => (rest, span.start.saturating_sub(3)..span.end.saturating_sub(3)),
        None => (line, span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn example() -> (Problem, Sources) {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "[research]\narival_rate = 2\n", Path::new(""));
        let problem = Problem::new("unknown key `arival_rate` in `research`")
            .at(Origin::new(file, 11, 22))
            .label("unknown key")
            .help("did you mean `arrival_rate`?");
        (problem, sources)
    }

    #[test]
    fn a_message_names_the_place_and_shows_the_line() {
        let (problem, sources) = example();
        let text = render(&problem, &sources, false);
        for part in [
            "error: unknown key `arival_rate`",
            "a.toml:2:1",
            "arival_rate = 2",
            "^^^^^^^^^^^ unknown key",
            "help: did you mean `arrival_rate`?",
        ] {
            assert!(text.contains(part), "{part} missing in\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "plain text has no colour");
    }

    #[test]
    fn colour_comes_only_on_request() {
        let (problem, sources) = example();
        assert!(render(&problem, &sources, true).contains('\u{1b}'));
    }

    #[test]
    fn control_characters_of_the_input_do_not_reach_the_terminal() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "x = \"\u{1b}[31m\"", Path::new(""));
        let problem = Problem::new("bad \u{1b}[2J text").at(Origin::new(file, 4, 12)).help("\u{1b}[1m");
        assert!(!render(&problem, &sources, false).contains('\u{1b}'));
    }
}
