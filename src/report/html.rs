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

    /// Colour as it is seen without cones of a kind, in CIELAB; Machado, Oliveira and Fernandes (2009), severity
    /// 1, https://doi.org/10.1109/TVCG.2009.113.
    fn seen(hex: &str, vision: &[[f64; 3]; 3]) -> [f64; 3] {
        let linear = |at: usize| {
            let part = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour")) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let rgb = [linear(1), linear(3), linear(5)];
        let mix = |row: &[f64; 3]| row.iter().zip(rgb).map(|(weight, part)| weight * part).sum::<f64>().clamp(0.0, 1.0);
        let [r, g, b] = [mix(&vision[0]), mix(&vision[1]), mix(&vision[2])];
        let root = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
        let y = root(0.2126 * r + 0.7152 * g + 0.0722 * b);
        let z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// With normal sight and without red, green or blue cones, any two colours of a palette are at least 15 apart
    /// in CIELAB; about 2 can just be noticed.
    #[test]
    fn colours_are_told_apart_with_every_common_form_of_colour_blindness() {
        const VISIONS: [[[f64; 3]; 3]; 4] = [
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ];
        for name in ["COLOURS", "DARK"] {
            let (_, list) = CHARTS.split_once(&format!("const {name} = [")).expect("a palette");
            let colours: Vec<&str> = list.split(']').next().expect("its end").split('"').skip(1).step_by(2).collect();
            assert_eq!(colours.len(), 8, "{name}");
            for vision in &VISIONS {
                let seen: Vec<[f64; 3]> = colours.iter().map(|colour| seen(colour, vision)).collect();
                for (at, one) in seen.iter().enumerate() {
                    for (before, other) in seen[..at].iter().enumerate() {
                        let apart = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                        assert!(apart > 15.0, "{name}: {} and {} are {apart:.1} apart", colours[at], colours[before]);
                    }
                }
            }
        }
    }
}
