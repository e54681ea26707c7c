// Placeholder until the first file of Algebra.
