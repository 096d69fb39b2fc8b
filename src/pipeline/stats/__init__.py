"""Pure functions on arrays and small frames: no file, no engine, no randomness."""
