//! A responder whose answers are a function of the callback; for tests and trials.

use std::future::Future;

use super::responder::{Callback, Reply, Responder};

/// Answers by calling a function.
#[derive(Clone, Debug)]
pub struct Scripted<F>(F);

impl<F, A> Scripted<F>
where
    F: Fn(Callback) -> A + Send + Sync + 'static,
    A: Future<Output = Reply> + Send,
{
    /// `script` gets each callback of the load and makes its answer.
    pub fn new(script: F) -> Scripted<F> {
        Scripted(script)
    }
}

impl<F, A> Responder for Scripted<F>
where
    F: Fn(Callback) -> A + Send + Sync + 'static,
    A: Future<Output = Reply> + Send,
{
    fn respond(&self, callback: &Callback) -> impl Future<Output = Reply> + Send {
        (self.0)(callback.clone())
    }
}
