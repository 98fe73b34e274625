//! Many runs at once: across runs while there are enough of them, within runs otherwise.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How soon a request to stop is passed on.
const POLL: Duration = Duration::from_millis(50);

/// What a job is given beside its number.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Threads it may use.
    pub threads: usize,
    /// Becomes true when it should end early.
    pub stop: &'a AtomicBool,
}

/// Does jobs `0..jobs` on `threads` threads. `done` takes each result on the calling thread, in the
/// order in which they come; when it fails, or `stop` is set, no job is begun any more and running
/// ones are asked to end.
///
/// # Errors
/// The first failure of `done`.
pub fn each<T: Send, E>(
    jobs: usize,
    threads: usize,
    stop: &AtomicBool,
    work: impl Fn(usize, Means<'_>) -> T + Sync,
    mut done: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let workers = threads.min(jobs).max(1);
    let (halt, next) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (sender, receiver) = sync_channel(workers);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            // What does not divide evenly goes to the first ones.
            let own = threads / workers + usize::from(worker < threads % workers);
            let (sender, work, halt, next) = (sender.clone(), &work, &halt, &next);
            scope.spawn(move || {
                let means = Means { threads: own.max(1), stop: halt };
                while !halt.load(Ordering::Relaxed) {
                    let job = next.fetch_add(1, Ordering::Relaxed);
                    if job >= jobs || sender.send((job, work(job, means))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut failure = Ok(());
        loop {
            if stop.load(Ordering::Relaxed) || failure.is_err() {
                halt.store(true, Ordering::Relaxed);
            }
            match receiver.recv_timeout(POLL) {
                Ok((job, result)) if failure.is_ok() => failure = done(job, result),
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return failure,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_whatever_the_threads() {
        for (jobs, threads) in [(0, 2), (1, 4), (5, 2), (40, 3)] {
            let mut seen = vec![0; jobs];
            let quiet = AtomicBool::new(false);
            let took = each(
                jobs,
                threads,
                &quiet,
                |job, _| job * 2,
                |job, result| {
                    assert_eq!(result, job * 2);
                    seen[job] += 1;
                    Ok::<(), ()>(())
                },
            );
            assert_eq!(took, Ok(()));
            assert!(seen.iter().all(|count| *count == 1), "{jobs} {threads}: {seen:?}");
        }
    }

    #[test]
    fn a_lone_job_gets_all_threads_and_many_get_one_each() {
        let quiet = AtomicBool::new(false);
        let given = |jobs| {
            let mut given = Vec::new();
            let _ = each(
                jobs,
                4,
                &quiet,
                |_, means| means.threads,
                |_, threads| {
                    given.push(threads);
                    Ok::<(), ()>(())
                },
            );
            given
        };
        assert_eq!(given(1), [4]);
        assert_eq!(given(9), [1; 9]);
    }

    #[test]
    fn a_failure_ends_the_work_and_running_jobs_hear_of_it() {
        let quiet = AtomicBool::new(false);
        let waits = |job: usize, means: Means<'_>| {
            while job > 0 && !means.stop.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        let result = each(100, 2, &quiet, waits, |job, ()| Err(job));
        assert_eq!(result, Err(0));
    }

    #[test]
    fn a_signal_ends_the_work() {
        let stop = AtomicBool::new(false);
        let mut count = 0;
        let result = each(
            1000,
            2,
            &stop,
            |_, _| (),
            |_, ()| {
                count += 1;
                stop.store(true, Ordering::Relaxed);
                Ok::<(), ()>(())
            },
        );
        assert!(result.is_ok() && count < 1000);
    }
}
