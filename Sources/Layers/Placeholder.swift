// Placeholder until the first file of Layers.
