//! The probe: says from outside what an `OpenIM` is and how it behaves, and holds the
//! simulator against recordings of real servers.
//!
//! A case is data: what the webhook server does, what the API is asked, what each build is
//! expected to do. What was seen is an [`observation::Observation`], whether it was seen now
//! or comes from a recording, so that the same judge and the same portrait serve both.
//! Starting a simulator or reaching a deployment is put together in `app`; printing is too.

pub mod api;
pub mod behave;
pub mod case;
pub mod cases;
pub mod fill;
pub mod judge;
pub mod observation;
pub mod people;
pub mod plan;
pub mod portrait;
pub mod receiver;
pub mod recording;
pub mod replay;
pub mod runner;
pub mod text;
pub mod verify;
