"""Early stopping: when to stop, and what to keep.

A network trains until the loss of held-out samples has not become better for some epochs. Then it stops, and the
weights of the best epoch are the ones to keep. Better means lower than the best so far by more than `min_delta`.
"""


def early_stopping(losses, patience=3, min_delta=0.0):
    """After which epoch training stops, and which epoch was the best, both counted from 0.

    Training stops after the first epoch with which `patience` epochs in a row have been no better than the best before
    them. If that never happens, it stops after the last one. losses is a list of at least one number.

    A worked example: losses 5, 4, 4.5, 4.2, 4.1, 3 with patience 3 stop after epoch 4, and the best is epoch 1: the 3
    is never seen.
    """
    raise NotImplementedError("early_stopping waits for you: what has to be remembered from epoch to epoch?")
