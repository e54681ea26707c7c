// Placeholder until the first file of Selection.
