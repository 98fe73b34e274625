//! Where firms buy the components that their products need.
//!
//! The component classes of a sub-industry are the fields of its recipe with the most weight; each firm
//! buys each class from one source at a time.

use std::num::NonZeroU16;

use crate::kernel::single::Single;
use crate::world::firms::Profile;
use crate::world::network::Adjacency;

/// Component classes of a product.
pub const CLASSES: usize = 3;

/// Source of a component class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(u32);

impl Source {
    /// The rest of the nation.
    pub const HOME: Source = Source(u32::MAX);
    /// Abroad.
    pub const ABROAD: Source = Source(u32::MAX - 1);

    /// The region's firm in this row.
    pub fn local(row: usize) -> Self {
        debug_assert!(row < (u32::MAX - 1) as usize);
        Source(row as u32)
    }

    /// Row of the region's firm that supplies; none if the source is elsewhere.
    #[inline]
    pub fn supplier(self) -> Option<usize> {
        (self.0 < u32::MAX - 1).then_some(self.0 as usize)
    }
}

/// Sources of a firm's components.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sourcing {
    /// Source of each class.
    pub source: [Source; CLASSES],
    /// Share of each class for which a supplier in the region has room; the rest comes from abroad.
    pub filled: [f32; CLASSES],
    /// Trust in each source, 0-1.
    pub trust: [f32; CLASSES],
    /// Supplier that the firm develops.
    pub development: Option<Development>,
    /// Value of the components for the product's quality, log points.
    pub quality: Single,
    /// Outlay for the development of a supplier, million CNY per tick.
    pub development_cost: Single,
    /// Orders received from the region's firms, million CNY per tick.
    pub orders: Single,
}

impl Default for Sourcing {
    fn default() -> Self {
        Sourcing {
            source: [Source::HOME; CLASSES],
            filled: [1.0; CLASSES],
            trust: [0.0; CLASSES],
            development: None,
            quality: 0.0.into(),
            development_cost: 0.0.into(),
            orders: 0.0.into(),
        }
    }
}

impl Sourcing {
    /// Rows of the region's firms that supply, class by class.
    pub fn suppliers(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.source.iter().filter_map(|source| source.supplier())
    }

    /// Moves the names of suppliers to the rows that firms have after some have left; a lost supplier is
    /// replaced from the rest of the nation. Returns the links lost.
    pub fn moved(&mut self, rows: &[u32]) -> u32 {
        let mut lost = 0;
        for class in 0..CLASSES {
            if let Some(row) = self.source[class].supplier() {
                if rows[row] == u32::MAX {
                    self.source[class] = Source::HOME;
                    self.trust[class] = 0.0;
                    lost += 1;
                } else {
                    self.source[class] = Source(rows[row]);
                }
            }
        }
        self.development = self.development.and_then(|development| {
            let supplier = rows[development.supplier as usize];
            (supplier != u32::MAX).then_some(Development { supplier, ..development })
        });
        lost
    }

    /// Supplier developed for a class.
    pub fn developed(&self, class: usize) -> Option<usize> {
        self.development.filter(|d| usize::from(d.class) == class).map(|d| d.supplier as usize)
    }

    /// Starts to develop a supplier of a class.
    pub fn develop(&mut self, class: usize, supplier: usize, until: u16) {
        let of = |until| Development { supplier: supplier as u32, class: class as u8, until };
        self.development = NonZeroU16::new(until).map(of);
    }
}

/// Investment of a buyer in a supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Development {
    /// Row of the supplier.
    pub supplier: u32,
    /// Component class.
    pub class: u8,
    /// Tick at which it ends.
    pub until: NonZeroU16,
}

/// The supply network as a whole.
#[derive(Debug, Clone, Default)]
pub struct SupplyNetwork {
    /// Buyers and suppliers next to each other; made anew when a tick ends.
    pub adjacency: Adjacency,
    /// Buyers and suppliers from which it was made; kept so that no tick asks for new memory.
    pub links: Vec<(u32, u32)>,
    /// Component classes of each sub-industry: fields and their shares of what is spent on components.
    pub classes: Vec<[(usize, f64); CLASSES]>,
    /// Share of purchased inputs that are components, in force.
    pub component_share: f64,
    /// Links made and ended in the tick.
    pub turnover: (u32, u32),
    /// Links lost because suppliers or buyers left after the last count.
    pub lost_since: u32,
    /// Suppliers under development in the tick.
    pub developed: u32,
}

/// What foreign suppliers of components keep of a firm's outlay for inputs, million CNY; nothing where inputs are
/// sent at less than the usual price.
#[inline]
pub fn foreign_margin(inputs: f64, component_surcharge: Single) -> f64 {
    let surcharge = component_surcharge.max(0.0);
    inputs * surcharge / (1.0 + surcharge)
}

impl SupplyNetwork {
    /// Share of a firm's purchased inputs that are components from the region.
    #[inline]
    pub fn local_share(&self, profile: &Profile, sourcing: &Sourcing) -> f64 {
        self.share_from(profile, sourcing, |source, filled| if source.supplier().is_some() { filled } else { 0.0 })
    }

    /// Share of a firm's purchased inputs that are components from abroad.
    pub fn imported_share(&self, profile: &Profile, sourcing: &Sourcing) -> f64 {
        self.share_from(profile, sourcing, |source, filled| match source {
            Source::ABROAD => 1.0,
            Source::HOME => 0.0,
            _ => 1.0 - filled,
        })
    }

    #[inline]
    fn share_from(&self, profile: &Profile, sourcing: &Sourcing, part: impl Fn(Source, f64) -> f64) -> f64 {
        let Some(classes) = self.classes.get(usize::from(profile.sub_industry)) else { return 0.0 };
        let of = |class: usize| classes[class].1 * part(sourcing.source[class], f64::from(sourcing.filled[class]));
        self.component_share * (0..CLASSES).map(of).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_supplier_is_replaced_from_the_nation() {
        let mut sourcing = Sourcing {
            source: [Source::local(2), Source::local(0), Source::ABROAD],
            trust: [0.5; CLASSES],
            ..Sourcing::default()
        };
        // Row 0 leaves, row 2 becomes row 1.
        assert_eq!(sourcing.moved(&[u32::MAX, 0, 1]), 1);
        assert_eq!(sourcing.source, [Source::local(1), Source::HOME, Source::ABROAD]);
        assert_eq!(sourcing.trust, [0.5, 0.0, 0.5]);
        assert_eq!(sourcing.suppliers().collect::<Vec<_>>(), [1]);
    }
}
