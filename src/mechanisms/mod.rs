//! The mechanisms of the model, one file each, read top to bottom like a section of a paper.
//!
//! They never import each other: they meet in [`crate::world`].

pub mod demography;
pub mod finance;
pub mod fiscal;
pub mod income;
pub mod investment;
pub mod labour;
pub mod market;
pub mod mergers;
pub mod outside;
pub mod ownership;
pub mod pricing;
pub mod production;
pub mod research;
pub mod science;
pub mod talent;
pub mod upgrading;
pub mod value_chain;
