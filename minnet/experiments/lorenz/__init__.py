"""The Lorenz system: S. Agudelo, G. Quintana and G. Rodrigues dos Reis, slides of a project at IMT Atlantique."""
