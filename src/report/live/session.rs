//! A run that is watched: it waits, goes a step, goes on, and starts again from the same seed with the
//! levers where they are now.
//!
//! A lever that is moved in the middle becomes an event of the scenario. The run then begins anew and
//! hurries, unseen, to the tick at which it was; since the same scenario and seed give the same bytes,
//! it is the same run up to there.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::sync::watch;

use crate::run::{self, Options, RunError};
use crate::scenario::{self, Loaded, Override};

use super::levers::{self, State};
use super::stage::Stage;

/// What the person at the page wants.
#[derive(Debug, Clone, Copy)]
struct Wish {
    paused: bool,
    /// Ticks to do although it waits.
    steps: u32,
    /// Time between two ticks.
    delay: Duration,
}

/// What the page is told, in order, and the network as it is now.
#[derive(Debug, Default)]
struct Feed {
    messages: Vec<String>,
    network: Option<String>,
}

/// A run and its feed.
pub struct Session {
    /// Scenario on which it is built.
    base: Loaded,
    folder: PathBuf,
    file: String,
    seed: u64,
    /// Places of the levers and the tick from which they hold.
    places: Mutex<Vec<(u32, State)>>,
    wish: Mutex<Wish>,
    moved: Condvar,
    /// Ends the thread that runs now; each has its own.
    stop: Mutex<Arc<AtomicBool>>,
    feed: Mutex<Feed>,
    /// Last tick that the page was told.
    shown: Mutex<Option<u32>>,
    news: watch::Sender<u64>,
}

/// A lock whose holder panicked holds still what it held; there is nothing better to do than to go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// Starts a run of a scenario of the folder.
    ///
    /// # Errors
    /// When the scenario is refused, in words for people.
    pub fn start(folder: PathBuf, file: &str, seed: u64, state: &State, delay: Duration) -> Result<Arc<Self>, String> {
        let base = scenario::load(&folder.join(file), &[]).map_err(|error| error.render(false))?;
        let places = vec![(0, levers::sound(&levers::levers(&base.scenario), state))];
        let session = Arc::new(Session {
            base,
            folder,
            file: file.to_string(),
            seed,
            places: Mutex::new(places),
            wish: Mutex::new(Wish { paused: false, steps: 0, delay }),
            moved: Condvar::new(),
            stop: Mutex::new(Arc::new(AtomicBool::new(false))),
            feed: Mutex::new(Feed::default()),
            shown: Mutex::new(None),
            news: watch::channel(0).0,
        });
        let loaded = session.load()?;
        session.clone().go(loaded, None);
        Ok(session)
    }

    /// The scenario file of this run.
    pub fn text(&self) -> String {
        levers::text(&self.file, &self.base.scenario, self.seed, &lock(&self.places))
    }

    /// The scenario with network and firms written down in every tick, which changes no result.
    fn load(&self) -> Result<Loaded, String> {
        let ticks: Vec<String> = (0..=self.base.scenario.time.ticks).map(|tick| tick.to_string()).collect();
        let network = format!("output.graph_ticks=[{}]", ticks.join(","));
        let firms = ["output.panel=[\"firms\"]", "output.panel_every=1"].map(str::to_string);
        let changes = firms.into_iter().chain(["output.graph=[\"gexf\"]".to_string(), network]);
        let changes: Vec<Override> = changes.map(|text| Override::labelled("live page", text)).collect();
        scenario::load_str("live.toml", &self.text(), &self.folder, &changes).map_err(|error| error.render(false))
    }

    /// Runs in a thread of its own; what the page has seen already is not told again.
    fn go(self: Arc<Self>, loaded: Loaded, seen: Option<u32>) {
        let stop = Arc::new(AtomicBool::new(false));
        lock(&self.stop).store(true, Ordering::Relaxed);
        *lock(&self.stop) = stop.clone();
        self.moved.notify_all();
        std::thread::spawn(move || {
            let stage = Mutex::new(Stage::default());
            let axis = loaded.scenario.time.axis();
            let ended = run::run(&loaded, Options { threads: 1, stop: &stop }, &mut Shared(&stage), &mut |progress| {
                let happened = lock(&stage).happened();
                if seen.is_none_or(|seen| progress.tick > seen) && !stop.load(Ordering::Relaxed) {
                    self.tell(progress.tick, &axis.label(progress.tick), &stage, &happened);
                    self.wait(&stop, progress.tick == progress.ticks);
                }
            });
            match ended {
                Err(RunError::Stopped { .. }) => {}
                Ok(_) => self.say(&json!({ "kind": "end" })),
                Err(error) => self.say(&json!({ "kind": "failed", "why": crate::experiment::one::reason(&error) })),
            }
        });
    }

    /// Tells the page a tick.
    fn tell(&self, tick: u32, date: &str, stage: &Mutex<Stage>, happened: &[Json]) {
        let stage = lock(stage);
        let network = json!({ "kind": "network", "date": date, "network": stage.network });
        lock(&self.feed).network = Some(network.to_string());
        *lock(&self.shown) = Some(tick);
        self.say(&json!({ "kind": "tick", "date": date, "region": stage.region, "happened": happened }));
    }

    fn say(&self, message: &Json) {
        lock(&self.feed).messages.push(message.to_string());
        self.news.send_modify(|count| *count += 1);
    }

    /// Waits as long as the person at the page wants.
    fn wait(&self, stop: &AtomicBool, last: bool) {
        let mut wish = lock(&self.wish);
        if last || stop.load(Ordering::Relaxed) {
            return;
        }
        if !wish.paused && !wish.delay.is_zero() {
            let delay = wish.delay;
            wish = self.moved.wait_timeout(wish, delay).unwrap_or_else(PoisonError::into_inner).0;
        }
        while wish.paused && wish.steps == 0 && !stop.load(Ordering::Relaxed) {
            wish = self.moved.wait(wish).unwrap_or_else(PoisonError::into_inner);
        }
        wish.steps = wish.steps.saturating_sub(1);
    }

    /// Title of the scenario.
    pub fn title(&self) -> &str {
        &self.base.scenario.title
    }

    /// Waits or goes on; `step` goes one tick and waits.
    pub fn pause(&self, paused: bool, step: bool) {
        let mut wish = lock(&self.wish);
        wish.paused = paused || step;
        wish.steps = u32::from(step);
        drop(wish);
        self.moved.notify_all();
    }

    /// Time between two ticks from now on.
    pub fn pace(&self, delay: Duration) {
        lock(&self.wish).delay = delay;
        self.moved.notify_all();
    }

    /// Moves levers from the next tick on.
    ///
    /// # Errors
    /// When the run is over, or the scenario is refused.
    pub fn steer(self: &Arc<Self>, state: &State) -> Result<u32, String> {
        let seen = *lock(&self.shown);
        let next = seen.map_or(0, |tick| tick + 1);
        if next > self.base.scenario.time.ticks {
            return Err("the run is over: start again to move levers".to_string());
        }
        let state = levers::sound(&levers::levers(&self.base.scenario), state);
        let before = lock(&self.places).clone();
        {
            let mut places = lock(&self.places);
            places.retain(|(tick, _)| *tick < next || *tick == 0);
            let from = if next <= 1 { 0 } else { next };
            places.retain(|(tick, _)| *tick != from);
            places.push((from, state));
        }
        // An event can only hold from the first tick on: places at the opening begin the run anew.
        let seen = if next <= 1 { None } else { seen };
        let loaded = self.load().inspect_err(|_| *lock(&self.places) = before)?;
        if seen.is_none() {
            lock(&self.feed).messages.clear();
            self.say(&json!({ "kind": "again" }));
        }
        self.clone().go(loaded, seen);
        Ok(next)
    }

    /// Ends the run.
    pub fn end(&self) {
        lock(&self.stop).store(true, Ordering::Relaxed);
        self.moved.notify_all();
    }

    /// Messages from a place on, and the network.
    pub fn since(&self, place: usize) -> (Vec<String>, Option<String>) {
        let feed = lock(&self.feed);
        // After a start from the opening the messages are fewer than were told: all of them are new.
        let place = if place > feed.messages.len() { 0 } else { place };
        (feed.messages[place..].to_vec(), feed.network.clone())
    }

    /// Told whenever there is something new.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }
}

/// A stage that the recorder fills and the teller reads.
struct Shared<'a>(&'a Mutex<Stage>);

impl crate::kernel::record::Recorder for Shared<'_> {
    fn row(
        &mut self,
        table: &'static crate::kernel::record::TableSpec,
        cells: &[crate::kernel::record::Cell<'_>],
    ) -> Result<(), crate::kernel::record::RecordError> {
        lock(self.0).row(table, cells)
    }

    fn graph(
        &mut self,
        name: &str,
        graph: &crate::kernel::graph::Graph,
    ) -> Result<(), crate::kernel::record::RecordError> {
        lock(self.0).graph(name, graph)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::time::Instant;

    fn start() -> Arc<Session> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        Session::start(folder, "teaching.toml", 1, &State::new(), Duration::from_millis(5)).expect("it starts")
    }

    fn ticks(session: &Session) -> Vec<Json> {
        let messages = session.since(0).0.into_iter().map(|text| serde_json::from_str::<Json>(&text).expect("JSON"));
        messages.filter(|message| message["kind"] == "tick").map(|message| message["region"].clone()).collect()
    }

    fn wait(session: &Session, count: usize) {
        let patience = Instant::now() + Duration::from_secs(120);
        while ticks(session).len() < count {
            assert!(Instant::now() < patience, "{count} ticks never came");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A pause holds, a step is one tick, and a lever moved in the middle changes nothing before it.
    #[test]
    fn a_moved_lever_changes_only_what_comes_after() {
        let (plain, moved) = (start(), start());
        wait(&moved, 4);
        moved.pause(true, false);
        std::thread::sleep(Duration::from_millis(300));
        let count = ticks(&moved).len();
        moved.pause(true, true);
        wait(&moved, count + 1);
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(ticks(&moved).len(), count + 1, "one step is one tick");
        // Demand falls, and platforms are founded.
        let state = State::from([("demand".to_string(), 0.5), ("path".to_string(), 3.0)]);
        moved.steer(&state).expect("steered");
        moved.pause(false, false);
        wait(&moved, count + 6);
        wait(&plain, count + 6);
        let (ours, theirs) = (ticks(&moved), ticks(&plain));
        assert_eq!(ours[..=count], theirs[..=count]);
        assert_ne!(ours[count + 3], theirs[count + 3]);
        assert!(moved.text().contains("[[event]]") && moved.text().contains("[platforms."));
        plain.end();
        moved.end();
    }
}
