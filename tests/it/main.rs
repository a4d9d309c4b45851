mod contract_recordings;
