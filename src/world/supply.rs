//! Where firms buy the components that their products need.
//!
//! The component classes of a sub-industry are the fields of its recipe with the most weight; each firm
//! buys each class from one source at a time.

use std::num::NonZeroU16;

use crate::kernel::ordered::Columns;
use crate::kernel::post::Post;
use crate::kernel::single::Single;
use crate::world::firms::Profile;
use crate::world::network::make_room;
use crate::world::stayers::Stayers;

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
                if rows[row] == Stayers::GONE {
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
            (supplier != Stayers::GONE).then_some(Development { supplier, ..development })
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
    /// Who trades with whom; made anew when a tick ends.
    pub contacts: Contacts,
    /// Component classes of each sub-industry: fields and their shares of what is spent on components.
    pub classes: Vec<[(usize, f64); CLASSES]>,
    /// Sub-industries whose recipes need each field.
    pub needing: Vec<Vec<u8>>,
    /// Share of purchased inputs that are components, in force.
    pub component_share: f64,
    /// Links made and ended in the tick.
    pub turnover: (u32, u32),
    /// Links lost because suppliers or buyers left after the last count.
    pub lost_since: u32,
    /// Suppliers under development in the tick.
    pub developed: u32,
}

/// Suppliers and customers of every firm in the region, in the order of the buyers' rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    /// Where the contacts of each firm end in the list.
    ends: Vec<u32>,
    others: Vec<u32>,
}

/// A firm and one of its contacts.
pub type Trade = (u32, u32);

impl Contacts {
    /// Notes anew who trades with whom. `post` is working memory.
    pub fn renew(&mut self, sourcing: &[Sourcing], post: &mut Post<Trade>) {
        let rows = sourcing.len();
        post.write(rows, sourcing, |part, out| {
            for (buyer, sourcing) in (part.first..).zip(part.columns) {
                for supplier in sourcing.suppliers() {
                    out.send(supplier, (supplier as u32, buyer as u32));
                    out.send(buyer, (buyer as u32, supplier as u32));
                }
            }
        });
        make_room(&mut self.ends, rows);
        self.ends.resize(rows, 0);
        post.read(self.ends.as_mut_slice(), |part, trades| {
            part.columns.fill(0);
            trades.iter().flatten().for_each(|(row, _)| part.columns[*row as usize - part.first] += 1);
        });
        // Where the contacts of each firm begin; filling moves it to where they end.
        let mut all = 0;
        for end in &mut self.ends {
            (*end, all) = (all, all + *end);
        }
        make_room(&mut self.others, all as usize);
        self.others.resize(all as usize, 0);
        let lists = Lists { begins: &mut self.ends, items: &mut self.others, first: 0 };
        post.read(lists, |part, trades| {
            let Lists { begins, items, first } = part.columns;
            for (row, other) in trades.iter().flatten() {
                let begin = &mut begins[*row as usize - part.first];
                items[(*begin - first) as usize] = *other;
                *begin += 1;
            }
        });
    }

    /// Rows of the suppliers and customers of a firm; nobody's of one that is newer than the list.
    #[inline]
    pub fn of(&self, row: usize) -> &[u32] {
        let Some(end) = self.ends.get(row) else { return &[] };
        let begin = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.others[begin as usize..*end as usize]
    }

    /// Number of links of a firm.
    #[inline]
    pub fn degree(&self, row: usize) -> usize {
        self.of(row).len()
    }

    /// Bytes that it holds, room to grow included.
    pub fn bytes(&self) -> usize {
        (self.ends.capacity() + self.others.capacity()) * size_of::<u32>()
    }
}

/// Lists of all firms one behind the other, and where each begins.
struct Lists<'a> {
    begins: &'a mut [u32],
    items: &'a mut [u32],
    /// Place of the first item among those of all firms.
    first: u32,
}

impl Columns for Lists<'_> {
    fn cut(self, rows: usize) -> (Self, Self) {
        let end = self.begins.get(rows).copied().unwrap_or(self.first + self.items.len() as u32);
        let (begins, later) = self.begins.split_at_mut(rows);
        let (items, rest) = self.items.split_at_mut((end - self.first) as usize);
        (Lists { begins, items, first: self.first }, Lists { begins: later, items: rest, first: end })
    }
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
    fn contacts_stand_in_the_order_of_buyers_for_any_number_of_threads() {
        const FIRMS: usize = 3_000;
        let local = |row: usize, n: usize| Source::local((row * 37 + n * 1_009) % FIRMS);
        let of = |row: usize| Sourcing {
            source: [local(row, 0), Source::HOME, if row.is_multiple_of(3) { local(row, 1) } else { Source::ABROAD }],
            ..Sourcing::default()
        };
        let sourcing: Vec<Sourcing> = (0..FIRMS).map(of).collect();
        let mut expected = vec![Vec::new(); FIRMS];
        for (buyer, sourcing) in sourcing.iter().enumerate() {
            for supplier in sourcing.suppliers() {
                expected[supplier].push(buyer as u32);
                expected[buyer].push(supplier as u32);
            }
        }
        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut contacts = Contacts::default();
            (0..2).for_each(|_| pool.install(|| contacts.renew(&sourcing, &mut Post::default())));
            assert!((0..FIRMS).all(|row| contacts.of(row) == expected[row]), "{threads} threads");
            assert_eq!((contacts.degree(7), contacts.of(FIRMS)), (expected[7].len(), &[][..]));
        }
    }

    #[test]
    fn a_lost_supplier_is_replaced_from_the_nation() {
        let mut sourcing = Sourcing {
            source: [Source::local(2), Source::local(0), Source::ABROAD],
            trust: [0.5; CLASSES],
            ..Sourcing::default()
        };
        // Row 0 leaves, row 2 becomes row 1.
        assert_eq!(sourcing.moved(&[Stayers::GONE, 0, 1]), 1);
        assert_eq!(sourcing.source, [Source::local(1), Source::HOME, Source::ABROAD]);
        assert_eq!(sourcing.trust, [0.5, 0.0, 0.5]);
        assert_eq!(sourcing.suppliers().collect::<Vec<_>>(), [1]);
    }
}
