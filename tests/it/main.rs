
mod contract_recordings;
