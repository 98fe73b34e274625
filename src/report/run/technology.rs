//! Charts of networks and technologies.

use crate::report::chart::{Chart, Control, Kind, Measure, Pick, Style};
use crate::report::units::{meaning, unit};

use super::{Charts, Run};

/// Growth, shape and turnover of each layer of the network.
pub(super) fn networks(run: &Run<'_>) -> Charts {
    let Some(table) = run.thinned("network.csv")? else {
        return Ok(Vec::new());
    };
    let numbers = [
        "relations",
        "new_relations",
        "dissolved_relations",
        "mean_degree",
        "clustering",
        "largest_component",
        "resources",
    ];
    let data = run.data("network", &table, &["layer"], &numbers)?;
    let layer = || Pick::new("layer", Control::Select);
    Ok(vec![
        Chart::new(
            "network_growth",
            Kind::Lines,
            "Relations by layer",
            meaning("network", "relations"),
            "date",
            data.clone(),
        )
        .drawing([Measure::new("relations", Style::Line)])
        .split("layer")
        .axes("", "relations", ""),
        Chart::new(
            "network_turnover",
            Kind::Lines,
            "Turnover",
            "Relations that are new, and relations that ended, in each tick.",
            "date",
            data.clone(),
        )
        .drawing([Measure::new("new_relations", Style::Bar), Measure::new("dissolved_relations", Style::Bar)])
        .picking(layer())
        .axes("", "relations a tick", ""),
        Chart::new(
            "network_shape",
            Kind::Lines,
            "Clustering and the largest connected part",
            &[meaning("network", "clustering"), meaning("network", "largest_component")].join(" "),
            "date",
            data,
        )
        .drawing([Measure::new("clustering", Style::Line), Measure::new("largest_component", Style::Line)])
        .picking(layer())
        .axes("", "share", ""),
    ])
}

/// Generations of generic technologies and who has taken them up; levels beside the frontier.
pub(super) fn charts(run: &Run<'_>) -> Charts {
    let Some(table) = run.thinned("technologies.csv")? else {
        return Ok(Vec::new());
    };
    let generic = table.only("generic", "1")?;
    let levels = run.data("technologies", &table, &["field"], &["mean_level", "ceiling", "frontier"])?;
    let mut charts = Vec::new();
    if !generic.is_empty() {
        let data = run.data(
            "technologies",
            &generic,
            &["field"],
            &["adopters", "adopting_industries", "generations", "codified", "breakthroughs", "projects"],
        )?;
        let adopters = unit("technologies", "adopters");
        charts.push(Chart::new("adoption", Kind::Lines, "Adoption of generic technologies",
            &format!("{} An S-curve begins slowly, spreads fast and saturates; a fall is a new generation that few have yet.", meaning("technologies", "adopters")),
            "date", data.clone())
            .drawing([Measure::new("adopters", Style::Line)]).split("field").axes("", adopters, adopters));
        charts.push(
            Chart::new(
                "generations",
                Kind::Lines,
                "Generations reached",
                meaning("technologies", "generations"),
                "date",
                data,
            )
            .drawing([Measure::new("generations", Style::Line)])
            .split("field")
            .axes("", "generations", ""),
        );
    }
    charts.push(
        Chart::new(
            "levels",
            Kind::Lines,
            "The region's level beside the frontier",
            "Mean level of the region's firms, what can be learned from others, and the outside frontier.",
            "date",
            levels,
        )
        .drawing([
            Measure::new("mean_level", Style::Line),
            Measure::new("ceiling", Style::Dash),
            Measure::new("frontier", Style::Dash),
        ])
        .picking(Pick::new("field", Control::Select))
        .axes("", "log points", ""),
    );
    Ok(charts)
}
