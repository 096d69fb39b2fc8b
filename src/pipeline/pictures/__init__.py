"""Pure functions from small frames to pictures; they import neither a verb nor the engine."""
