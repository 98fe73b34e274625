//! The live page: a teacher moves levers and watches the region grow tick by tick.
//!
//! The server speaks to this computer only: it listens on the loopback address, every request must name
//! that address as its host, come from the page itself, and carry the random token of this start.
//! Requests are small by limit, and no file is read but the scenarios of one folder.

mod guard;
mod levers;
mod routes;
mod session;
mod stage;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::Serialize;

use crate::output::random_token;
use crate::scenario;

pub use levers::{Lever, State, levers, text};
pub use session::Session;

/// The live page could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// There is nothing to show.
    #[error("{0}")]
    Refused(String),
    /// The address cannot be used.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// Port; 0 for any.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The server stopped.
    #[error("the page can no longer be served: {0}")]
    Serve(#[from] std::io::Error),
}

/// A scenario that can be picked.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// File name in the folder.
    pub file: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Seed of the file.
    pub seed: u64,
    /// Levers with their places in this scenario.
    pub levers: Vec<Lever>,
    /// Longitude and latitude of its cities.
    pub cities: Vec<(String, f64, f64)>,
    /// Codes of its sub-industries, and what they are.
    pub industries: Vec<(String, String)>,
    /// Number of simulated firms, about: how long a tick takes depends on it.
    pub firms: f64,
}

/// What all requests share.
pub struct Live {
    /// Folder of the scenarios.
    folder: PathBuf,
    /// Scenarios, the first one picked at the start.
    choices: Vec<Choice>,
    /// Address on which it listens.
    address: SocketAddr,
    /// Token that every request must carry.
    token: String,
    /// Marks the scripts of the page as ours.
    nonce: String,
    /// The run that is watched.
    session: Mutex<Option<Arc<Session>>>,
}

impl Live {
    /// The address of the page.
    pub fn url(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token)
    }

    /// A scenario by its file name.
    fn choice(&self, file: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.file == file)
    }
}

/// Opens the page for a scenario and those beside it, tells `opened` its address, and serves it until the
/// process ends.
///
/// # Errors
/// When there is no scenario, or the address cannot be used.
pub fn serve(first: &Path, port: u16, opened: impl FnOnce(&str)) -> Result<(), LiveError> {
    let (folder, choices) = choices(first)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listen = |source| LiveError::Listen { port, source };
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(listen)?;
        let live = Arc::new(Live {
            folder,
            choices,
            address: listener.local_addr()?,
            token: random_token() + &random_token(),
            nonce: random_token(),
            session: Mutex::new(None),
        });
        opened(&live.url());
        axum::serve(listener, routes::router(live)).await?;
        Ok(())
    })
}

/// The scenario and all others of its folder that can be run as they are.
fn choices(first: &Path) -> Result<(PathBuf, Vec<Choice>), LiveError> {
    let named = first.file_name().map(|name| name.to_string_lossy().into_owned());
    let named = named.ok_or_else(|| LiveError::Refused(format!("{} is no scenario", first.display())))?;
    let folder = first.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
    let picked = choice(&folder, &named).map_err(|error| LiveError::Refused(error.render(false)))?;
    let mut others: Vec<String> = std::fs::read_dir(&folder)
        .map_err(|error| LiveError::Refused(format!("cannot read {}: {error}", folder.display())))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".toml") && *name != named)
        .collect();
    others.sort();
    // A file beside it that is no scenario, such as a plan, is no choice.
    let others = others.iter().filter_map(|name| choice(&folder, name).ok());
    let choices = std::iter::once(picked).chain(others).collect();
    Ok((folder, choices))
}

fn choice(folder: &Path, file: &str) -> Result<Choice, scenario::ScenarioError> {
    let loaded = scenario::load(&folder.join(file), &[])?;
    let scenario = &loaded.scenario;
    let firms: f64 = scenario.sub_industries.values().map(|sub| f64::from(sub.firms)).sum();
    Ok(Choice {
        file: file.to_string(),
        title: scenario.title.clone(),
        description: scenario.description.clone(),
        seed: scenario.seed,
        levers: levers(scenario),
        cities: scenario.cities.iter().map(|(name, city)| (name.clone(), city.longitude, city.latitude)).collect(),
        industries: scenario.sub_industries.iter().map(|(code, one)| (code.clone(), one.name.clone())).collect(),
        firms: firms * scenario.scale,
    })
}
