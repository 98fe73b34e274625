//! What is kept of measurements, and how two of them are compared: pure functions, tested by `tests/benches.rs`.

pub mod aims;
pub mod comparison;
pub mod machine;
pub mod page;
pub mod table;
