//! Ctrl-C and SIGTERM: the run is asked to stop at the end of its tick, and cleans up.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// A request to end the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// From the system or a batch scheduler.
    Terminate,
}

impl Signal {
    const ALL: [Signal; 2] = [Signal::Interrupt, Signal::Terminate];

    fn number(self) -> i32 {
        match self {
            Signal::Interrupt => SIGINT,
            Signal::Terminate => SIGTERM,
        }
    }

    /// By convention, 128 plus the number of the signal.
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            Signal::Terminate => 143,
        }
    }

    /// Name for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        }
    }
}

/// What has been asked of the program since [`Signals::listen`].
#[derive(Debug, Default)]
pub(super) struct Signals {
    stop: Arc<AtomicBool>,
    received: Arc<AtomicUsize>,
}

impl Signals {
    /// From now on the first signal sets a flag, and a second one ends the program at once.
    pub(super) fn listen() -> io::Result<Self> {
        let signals = Self::default();
        for signal in Signal::ALL {
            let (number, code) = (signal.number(), signal.exit_code());
            // The order matters: on the first signal, the flag is not yet set when this is asked.
            flag::register_conditional_shutdown(number, code.into(), signals.stop.clone())?;
            flag::register(number, signals.stop.clone())?;
            flag::register_usize(number, signals.received.clone(), code.into())?;
        }
        Ok(signals)
    }

    /// The flag that the run looks at.
    pub(super) fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// The signal received, if any.
    pub(super) fn received(&self) -> Option<Signal> {
        let code = self.received.load(Ordering::SeqCst);
        let is_received = |signal: &Signal| usize::from(signal.exit_code()) == code;
        Signal::ALL.into_iter().find(is_received)
    }

    /// Behaves as if the signal had come.
    #[cfg(test)]
    pub(super) fn pretend(&self, signal: Signal) {
        self.stop.store(true, Ordering::SeqCst);
        self.received.store(signal.exit_code().into(), Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_received_at_first_and_the_code_names_the_signal() {
        let signals = Signals::default();
        assert_eq!(signals.received(), None);
        for signal in Signal::ALL {
            signals.pretend(signal);
            assert_eq!(signals.received(), Some(signal));
        }
    }
}
