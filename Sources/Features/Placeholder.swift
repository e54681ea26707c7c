// Placeholder until the first file of Features.
