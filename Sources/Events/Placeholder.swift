// Placeholder until the first file of Events.
