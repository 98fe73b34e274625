//! What does not change during a run: the names and traits of sub-industries, cities, ownership
//! groups and technology fields.

use arrayvec::ArrayVec;

use crate::kernel::draws::Small;
use crate::world::firms::{FUNCTIONS, MARKETS};
use crate::world::ledger::Sector;
use crate::world::rivalry::Standing;

/// Most sub-industries a scenario may have (table sizes of the hot loops).
pub const MOST_GROUPS: usize = 64;

/// Something for each sub-industry, city or ownership group; asks for no memory.
pub type Each<T> = ArrayVec<T, MOST_GROUPS>;

/// A sub-industry.
#[derive(Debug, Clone)]
pub struct SubIndustry {
    /// Code, such as `GEN`.
    pub code: String,
    /// Name in words.
    pub name: String,
    /// Whether it counts as high-tech.
    pub high_tech: bool,
    /// Whether venture capital looks at it (high and medium-high technology).
    pub venture: bool,
    /// Whether it counts as traditional (below medium-high technology).
    pub traditional: bool,
    /// Share of output made to stock.
    pub make_to_stock: f64,
    /// Share of inputs bought from the equipment industry of the region.
    pub local_inputs: f64,
    /// Share of machines bought within the region.
    pub local_machines: f64,
    /// Selling expense over sales.
    pub selling: f64,
    /// Overhead over sales, solved in the opening state.
    pub overhead: f64,
    /// Research outlay over sales in the opening state.
    pub research_to_sales: f64,
    /// Upgrading budget over sales, solved in the opening state.
    pub upgrading: f64,
    /// Opening profit margin.
    pub margin: f64,
    /// Deposits over annual sales above which firms pay out: in the opening state just what they earn.
    pub deposits_to_sales: f64,
    /// Deposits tied up in operation, over annual sales.
    pub working_capital: f64,
    /// Recipe: (field, weight) with positive weight.
    pub recipe: Vec<(usize, f64)>,
    /// Opening share of the region in each market.
    pub region_share: [f64; MARKETS],
    /// Sum of the customer bases in the opening state, per market.
    pub opening_base: [f64; MARKETS],
    /// Opening firms.
    pub opening_firms: usize,
    /// Purchases per unit of output from every input, value added left out.
    pub input_coefficients: Vec<f64>,
    /// What users at home spent on the region's products in the opening state, million CNY per tick.
    pub opening_home: f64,
    /// Opening operating surplus over sales.
    pub opening_operating: f64,
    /// Opening log relatedness density relative to the mean.
    pub opening_relatedness: f64,
    /// Mean opening gap of competence to the frontier.
    pub opening_gap: f64,
    /// Price of capacity for one unit of annual sales at normal utilisation, years.
    pub capital_price_to_sales: f64,
    /// Usual outlay for each function of the value chain over sales: what keeps capabilities up.
    pub function_outlay: [f64; FUNCTIONS],
    /// Share of the budgets for functions that the industry finds people for; below one where the
    /// opening books leave less room for such outlays than firms would choose.
    pub function_room: f64,
    /// Effective number of fields in the recipe, each counted by how fast it moves.
    pub complexity: f64,
}

impl SubIndustry {
    /// How the region stands in a market where its firms have this sum of customer base x appeal.
    #[inline]
    pub fn standing(&self, market: usize, custom: f64) -> Standing {
        Standing { custom, opening_base: self.opening_base[market], opening_share: self.region_share[market] }
    }

    /// A bare sub-industry for unit tests of other modules.
    #[cfg(test)]
    pub fn for_tests(make_to_stock: f64) -> Self {
        SubIndustry {
            code: "GEN".into(),
            name: "general equipment".into(),
            high_tech: false,
            venture: false,
            traditional: true,
            make_to_stock,
            local_inputs: 0.1,
            local_machines: 0.1,
            selling: 0.02,
            overhead: 0.03,
            research_to_sales: 0.014,
            upgrading: 0.02,
            margin: 0.05,
            deposits_to_sales: 0.5,
            working_capital: 0.3,
            recipe: vec![(0, 1.0)],
            region_share: [0.05; MARKETS],
            opening_base: [1.0; MARKETS],
            opening_firms: 1,
            opening_home: 1.0,
            input_coefficients: vec![0.8],
            opening_operating: 0.05,
            opening_relatedness: 0.0,
            opening_gap: 1.0,
            capital_price_to_sales: 0.5,
            function_outlay: [0.005, 0.0, 0.005],
            function_room: 1.0,
            complexity: 1.0,
        }
    }
}

/// An ownership group.
#[derive(Debug, Clone)]
pub struct OwnershipGroup {
    /// Key in the scenario.
    pub code: String,
    /// Column of capital sources to which it belongs.
    pub capital_source: usize,
    /// Sector that holds the capital.
    pub holder: Sector,
}

/// A city.
#[derive(Debug, Clone)]
pub struct City {
    /// Name.
    pub name: String,
    /// Latitude and longitude in degrees.
    pub coordinates: (f64, f64),
    /// Population, persons.
    pub population: f64,
}

/// A named industrial base.
#[derive(Debug, Clone)]
pub struct IndustrialBase {
    /// Name.
    pub name: String,
    /// City.
    pub city: usize,
    /// Key cluster, an index into [`Structure::clusters`]; none for a base outside the nine.
    pub cluster: Option<usize>,
    /// Member sub-industries as a bit set.
    pub sub_industries: u64,
}

/// Everything that stays.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    /// Simulated firms per real firm.
    pub scale: f64,
    /// Sub-industries.
    pub sub_industries: Vec<SubIndustry>,
    /// Inputs, names in the order of the coefficients.
    pub inputs: Vec<String>,
    /// Technology fields.
    pub fields: Vec<String>,
    /// Whether each field is generic.
    pub generic: Vec<bool>,
    /// Fields whose knowledge a breakthrough in each field needs, itself first.
    pub required: Vec<Vec<usize>>,
    /// Growth of each field's frontier relative to the general one.
    pub growth_factor: Vec<f64>,
    /// Cosine similarity of recipes.
    pub relatedness: Vec<Vec<f64>>,
    /// Ownership groups.
    pub ownership: Vec<OwnershipGroup>,
    /// Capital sources.
    pub capital_sources: Vec<String>,
    /// Cities.
    pub cities: Vec<City>,
    /// Distances between cities, km.
    pub distances: Vec<Vec<f64>>,
    /// Named bases.
    pub bases: Vec<IndustrialBase>,
    /// Key clusters, names.
    pub clusters: Vec<String>,
}

impl Structure {
    /// A sub-industry drawn by its relatedness to `s`.
    pub fn related(&self, s: usize, small: &mut Small) -> usize {
        let relatedness = &self.relatedness[s];
        let mut left = small.uniform() * relatedness.iter().sum::<f64>();
        let found = relatedness.iter().position(|r| {
            left -= r;
            left < 0.0
        });
        found.unwrap_or(s)
    }

    /// Weight of `field` in the recipe of sub-industry `s`.
    pub fn weight(&self, s: usize, field: usize) -> f64 {
        self.sub_industries[s].recipe.iter().find(|(k, _)| *k == field).map_or(0.0, |(_, weight)| *weight)
    }
}

/// Cosine similarity of two recipes given as (field, weight) lists.
pub fn cosine(a: &[(usize, f64)], b: &[(usize, f64)]) -> f64 {
    let norm = |r: &[(usize, f64)]| r.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
    let dot: f64 = a.iter().flat_map(|(i, v)| b.iter().filter(move |(j, _)| i == j).map(move |(_, w)| v * w)).sum();
    let size = norm(a) * norm(b);
    if size > 0.0 { dot / size } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_of_equal_recipes_is_one_and_of_disjoint_ones_zero() {
        let a = [(0, 0.6), (2, 0.4)];
        assert!((cosine(&a, &a) - 1.0).abs() < 1e-15);
        assert_eq!(cosine(&a, &[(1, 1.0)]), 0.0);
        // (0.6 * 1) / (sqrt(0.52) * 1)
        assert!((cosine(&a, &[(0, 1.0)]) - 0.6 / 0.52f64.sqrt()).abs() < 1e-15);
    }
}
