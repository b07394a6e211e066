"""Learning from derivatives, and choosing where to look: the notebook "L06", exercises E14.X01 and E14.X06."""
