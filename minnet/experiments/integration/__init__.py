"""Integrals by networks: the notebook "Реализация 1 для NNI", neural numerical integration, in Russian."""
