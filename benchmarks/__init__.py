"""minnet against its peers on the documents' own workloads: ``python -m benchmarks``."""
