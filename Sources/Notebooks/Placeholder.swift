// Placeholder until the first file of Notebooks.
