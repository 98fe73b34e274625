//! Tools without economics: identifiers, clock, keyed random draws, ordered parallel work, letters between rows, working memory, short numbers, groups, records
//! and graphs.

pub mod clock;
pub mod draws;
pub mod graph;
pub mod groups;
pub mod ids;
pub mod math;
pub mod ordered;
pub mod parts;
pub mod post;
pub mod record;
pub mod scratch;
pub mod single;
pub mod sorted;
