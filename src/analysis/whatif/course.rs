//! The course of an outage in one group process of OpenIM: evenly spaced arrivals, 100 connections, the after-queue.
//!
//! A discrete-event model of the rules and nothing else: callbacks of one operation run one after another; each has its
//! own deadline, which also covers the wait for a connection; waiting calls are served in order; a finished operation
//! pushes its after-callbacks into 100 slots that two workers empty over the same connections; a push into a full queue
//! waits and then loses its event. Times are the means of the run, so the course is the typical one, without the chance
//! of random arrivals. Exact for constant arrivals, since the simulator and OpenIM hand calls to their processes in turn.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::rules::{CONNECTIONS, Course, Effect, FOLLOWED_S, Kind, SLOTS, Scene, Step, WORKERS};

/// Plays a scene to its end.
pub(in crate::analysis) fn play(scene: &Scene) -> Course {
    let mut stage = Stage::new(scene);
    while let Some(Reverse((at, _, event))) = stage.events.pop() {
        stage.now = at;
        stage.take(event);
    }
    stage.end()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival,
    Answer { actor: usize, turn: u32, ok: bool },
    Deadline { actor: usize, turn: u32 },
    OwnPartDone { actor: usize },
    PushGivenUp { actor: usize, turn: u32 },
}

/// An operation, or (the first two) a worker of the after-queue.
#[derive(Clone, Copy, Debug, Default)]
struct Actor {
    /// Counts what it waits for, so that events of earlier waits are known as such.
    turn: u32,
    kind: usize,
    /// Callbacks that it has done.
    done: usize,
    arrived: i64,
    step: Option<Step>,
    holds: bool,
    hung: bool,
    waited: bool,
    push_began: i64,
}

struct Stage<'a> {
    scene: &'a Scene,
    now: i64,
    order: u64,
    events: BinaryHeap<Reverse<(i64, u64, Event)>>,
    actors: Vec<Actor>,
    /// Arrivals so far of each kind, for even shares.
    arrived: Vec<u64>,
    arrivals: u64,
    held: usize,
    hung: usize,
    waiting: VecDeque<(usize, u32)>,
    queue: VecDeque<Step>,
    pushers: VecDeque<(usize, u32)>,
    idle: Vec<usize>,
    in_flight: usize,
    last_disturbed: Option<i64>,
    course: Course,
}

/// Seconds as whole nanoseconds.
fn ns(seconds: f64) -> i64 {
    (seconds * 1e9).round() as i64
}

fn seconds(ns: i64) -> f64 {
    ns as f64 / 1e9
}

impl<'a> Stage<'a> {
    fn new(scene: &'a Scene) -> Stage<'a> {
        // Long enough before the outage that its first moment finds what is usually under way.
        let usual = scene.kinds.iter().map(Kind::healthy_s).fold(0.0, f64::max).min(15.0);
        let mut stage = Stage {
            scene,
            now: ns(-(usual * 2.0 + 1.0)),
            order: 0,
            events: BinaryHeap::new(),
            actors: vec![Actor::default(); WORKERS],
            arrived: vec![0; scene.kinds.len()],
            arrivals: 0,
            held: 0,
            hung: 0,
            waiting: VecDeque::new(),
            queue: VecDeque::new(),
            pushers: VecDeque::new(),
            idle: (0..WORKERS).collect(),
            in_flight: 0,
            last_disturbed: None,
            course: Course::default(),
        };
        if scene.rate > 0.0 && !scene.kinds.is_empty() {
            // Arrivals half an interval from the start of the outage, as constant schedules place them.
            let before = (seconds(-stage.now) * scene.rate).floor();
            stage.at(ns((0.5 - before) / scene.rate), Event::Arrival);
        }
        stage
    }

    fn at(&mut self, at: i64, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at, self.order, event)));
    }

    fn in_outage(&self) -> bool {
        self.now >= 0 && self.now < ns(self.scene.outage_s)
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Arrival => self.arrival(),
            Event::Answer { actor, turn, ok } if self.is_turn(actor, turn) => {
                self.release(actor);
                self.callback_ended(actor, ok);
            }
            Event::Deadline { actor, turn } if self.is_turn(actor, turn) => {
                self.release(actor);
                self.callback_ended(actor, false);
            }
            Event::OwnPartDone { actor } => self.push_next(actor),
            Event::PushGivenUp { actor, turn } if self.is_turn(actor, turn) => {
                self.course.lost += 1;
                self.pushed(actor);
            }
            Event::Answer { .. } | Event::Deadline { .. } | Event::PushGivenUp { .. } => {}
        }
    }

    fn is_turn(&self, actor: usize, turn: u32) -> bool {
        self.actors[actor].turn == turn
    }

    /// The kind that is furthest behind its share.
    fn next_kind(&self) -> usize {
        let behind =
            |k: usize| self.scene.kinds[k].share * (self.arrivals + 1) as f64 - self.arrived[k] as f64;
        (0..self.scene.kinds.len()).max_by(|a, b| behind(*a).total_cmp(&behind(*b))).unwrap_or(0)
    }

    fn arrival(&mut self) {
        let kind = self.next_kind();
        self.arrived[kind] += 1;
        self.arrivals += 1;
        self.in_flight += 1;
        self.actors.push(Actor { kind, arrived: self.now, ..Actor::default() });
        self.next_callback(self.actors.len() - 1);
        let after = self.now - ns(self.scene.outage_s);
        let busy = self.hung > 0 || !self.waiting.is_empty() || !self.pushers.is_empty();
        let quiet = after > 0 && !busy && self.queue.is_empty();
        if !quiet && after < ns(FOLLOWED_S) {
            self.at(self.now + ns(1.0 / self.scene.rate).max(1), Event::Arrival);
        }
    }

    /// The next before-callback of an operation, else the server's own part.
    fn next_callback(&mut self, actor: usize) {
        let kind = &self.scene.kinds[self.actors[actor].kind];
        match kind.before.get(self.actors[actor].done) {
            Some(step) => self.call(actor, *step),
            None => self.at(self.now + ns(kind.own_s), Event::OwnPartDone { actor }),
        }
    }

    /// The deadline runs from here, whether there is a connection or not.
    fn call(&mut self, actor: usize, step: Step) {
        let who = &mut self.actors[actor];
        who.turn += 1;
        who.step = Some(step);
        let turn = who.turn;
        self.at(self.now + ns(step.timeout_s), Event::Deadline { actor, turn });
        if self.held < CONNECTIONS {
            self.send(actor);
        } else {
            self.actors[actor].waited = true;
            self.waiting.push_back((actor, turn));
        }
    }

    fn send(&mut self, actor: usize) {
        self.held += 1;
        self.course.held_peak = self.course.held_peak.max(self.held);
        if self.held == CONNECTIONS && self.now >= 0 && self.course.pool_full_s.is_none() {
            self.course.pool_full_s = Some(seconds(self.now));
        }
        let failing = self.in_outage();
        let who = &mut self.actors[actor];
        who.holds = true;
        let Some(step) = who.step else { return };
        let turn = who.turn;
        let (after, ok) = match step.effect {
            Effect::Holds if failing => {
                who.hung = true;
                self.hung += 1;
                return;
            }
            Effect::Fails if failing => (0, false),
            Effect::Passes if failing => (0, true),
            Effect::Slower(factor) if failing => (ns(step.takes_s * factor), true),
            _ => (ns(step.takes_s), true),
        };
        self.at(self.now + after, Event::Answer { actor, turn, ok });
    }

    /// Gives the connection to whoever waits first.
    fn release(&mut self, actor: usize) {
        let who = &mut self.actors[actor];
        who.turn += 1;
        let hung = std::mem::take(&mut who.hung);
        self.hung -= usize::from(hung);
        if !std::mem::take(&mut who.holds) {
            return;
        }
        self.held -= 1;
        while let Some((next, turn)) = self.waiting.pop_front() {
            if self.is_turn(next, turn) {
                return self.send(next);
            }
        }
    }

    fn callback_ended(&mut self, actor: usize, ok: bool) {
        if actor < WORKERS {
            return self.worker_free(actor);
        }
        if ok {
            self.actors[actor].done += 1;
            self.next_callback(actor);
        } else {
            self.course.failed += u64::from(self.now >= 0);
            self.operation_ended(actor, true);
        }
    }

    /// The next after-callback of an operation into the queue; when there is none, its answer.
    fn push_next(&mut self, actor: usize) {
        let who = self.actors[actor];
        let kind = &self.scene.kinds[who.kind];
        let Some(step) = kind.after.get(who.done - kind.before.len()).copied() else {
            return self.operation_ended(actor, false);
        };
        self.actors[actor].push_began = self.now;
        if self.queue.len() < SLOTS {
            self.enqueue(step);
            self.pushed(actor);
        } else {
            self.actors[actor].turn += 1;
            let turn = self.actors[actor].turn;
            self.actors[actor].step = Some(step);
            self.pushers.push_back((actor, turn));
            self.at(self.now + ns(self.scene.push_wait_s), Event::PushGivenUp { actor, turn });
        }
    }

    fn pushed(&mut self, actor: usize) {
        let who = &mut self.actors[actor];
        who.turn += 1;
        who.done += 1;
        let waited = self.now - who.push_began;
        self.course.stalled += u64::from(waited > ns(self.scene.slack_s).min(ns(self.scene.push_wait_s) - 1));
        self.push_next(actor);
    }

    fn enqueue(&mut self, step: Step) {
        self.queue.push_back(step);
        if let Some(worker) = self.idle.pop() {
            self.worker_free(worker);
        } else if self.queue.len() == SLOTS && self.now >= 0 && self.course.queue_full_s.is_none() {
            self.course.queue_full_s = Some(seconds(self.now));
        }
    }

    /// A worker takes the next event, and whoever waits first for a slot gets it.
    fn worker_free(&mut self, worker: usize) {
        let Some(step) = self.queue.pop_front() else { return self.idle.push(worker) };
        self.call(worker, step);
        while let Some((actor, turn)) = self.pushers.pop_front() {
            if self.is_turn(actor, turn) {
                if let Some(step) = self.actors[actor].step {
                    self.enqueue(step);
                }
                return self.pushed(actor);
            }
        }
    }

    fn operation_ended(&mut self, actor: usize, failed: bool) {
        let who = self.actors[actor];
        self.in_flight -= 1;
        let took = seconds(self.now - who.arrived);
        if self.now >= 0 {
            self.course.longest_s = self.course.longest_s.max(took);
            self.course.waited += u64::from(who.waited && !failed);
        }
        if failed || took > self.scene.kinds[who.kind].healthy_s() + self.scene.slack_s {
            self.last_disturbed = Some(self.now);
        }
    }

    fn end(mut self) -> Course {
        let outage = ns(self.scene.outage_s);
        let followed_to = outage + ns(FOLLOWED_S);
        let last = self.last_disturbed.unwrap_or(outage);
        self.course.recovery_s = (last < followed_to).then(|| seconds((last - outage).max(0)));
        self.course
    }
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
