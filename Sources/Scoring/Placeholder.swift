// Placeholder until the first file of Scoring.
