//! The mechanisms of the model, one file each.

pub mod demography;
pub mod finance;
pub mod fiscal;
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
