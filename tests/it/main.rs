mod e2e_stall;
