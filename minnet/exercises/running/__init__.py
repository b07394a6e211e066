"""A student's file in a process of its own: it can hang, exit, print or fork, and costs one result."""
