//! The page as one HTML file: markup, style, the chart library and the data, nothing from outside.

use quick_xml::escape::escape;

use super::chart::Page;
use crate::output::REPORT_MARK;

/// Apache ECharts, see `vendor/echarts/README.md`.
pub const LIBRARY: &str = include_str!("../../vendor/echarts/echarts.min.js");
/// How charts are drawn.
pub const CHARTS: &str = include_str!("page/charts.js");
/// How a page looks.
pub const STYLE: &str = include_str!("page/page.css");
/// How a report is built.
const REPORT: &str = include_str!("page/report.js");

/// What the browser may do: run what stands in the file, and fetch nothing.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";

/// The text of the file.
///
/// # Errors
/// When the page cannot be put into JSON.
pub fn render(page: &Page) -> Result<String, serde_json::Error> {
    let data = embedded(&serde_json::to_string(page)?);
    let title = escape(&page.title);
    Ok(format!(
        "{REPORT_MARK}<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main id=\"page\"></main>\n\
         <noscript>The charts of this page need JavaScript, which stands in this file.</noscript>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n\
         <script>{LIBRARY}</script>\n<script>{CHARTS}</script>\n<script>{REPORT}</script>\n</body>\n</html>\n"
    ))
}

/// JSON that cannot end the element in which it stands.
pub fn embedded(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The checksum that `vendor/echarts/README.md` states is that of the file.
    #[test]
    fn the_library_is_the_one_that_was_vendored() {
        let stated = include_str!("../../vendor/echarts/README.md");
        let hash = blake3::hash(LIBRARY.as_bytes()).to_hex().to_string();
        assert!(stated.contains(&hash), "{hash}");
    }

    #[test]
    fn scripts_cannot_be_ended_by_data() {
        let text = embedded(r#"{"a":"</script><!-- <b>"}"#);
        assert!(!text.contains('<'), "{text}");
        let back: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(back["a"], "</script><!-- <b>");
    }

    /// Scripts that stand in the file must not hold what ends them either.
    #[test]
    fn the_scripts_stay_whole() {
        for script in [LIBRARY, CHARTS, REPORT] {
            assert!(!script.to_lowercase().contains("</script"));
        }
    }
}
