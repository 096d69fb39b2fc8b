"""What keeps people unnamed: masked texts, consent and retention, small cells, the register, erasure."""
