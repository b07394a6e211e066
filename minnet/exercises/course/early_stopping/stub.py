"""Early stopping: when to stop, and what to keep.

A network trains until the loss of held-out samples has not become better for some epochs. Then it stops, and the
weights of the best epoch are the ones to keep. Better means lower than the loss of the best epoch by more than
`min_delta`, and the best epoch is the last that counted as better, at the beginning epoch 0. So an epoch whose gain is
too small does not become the best, however low its loss; several small gains together may make one that counts.
"""


def early_stopping(losses, patience=3, min_delta=0.0):
    """After which epoch training stops, and which epoch was the best, both counted from 0.

    Training stops after the first epoch with which `patience` epochs in a row have been no better than the best before
    them. If that never happens, it stops after the last one. losses is a list of at least one number, all finite, which
    stays as it was; patience is at least 1, min_delta at least 0.

    A worked example: losses 5, 4, 4.5, 4.2, 4.1, 3 with patience 3 stop after epoch 4, and the best is epoch 1: the 3
    is never seen.

    Another one, with min_delta = 0.5 and patience 2: losses 5, 4.7, 4.4, 4.2, 4.1, 4. Epoch 1 gains 0.3, too little;
    epoch 2 is lower than epoch 0 by 0.6, and becomes the best. Epochs 3 and 4 are lower than that by 0.2 and 0.3: it
    stops after epoch 4, and the best is epoch 2.
    """
    raise NotImplementedError("early_stopping waits for you: what has to be remembered from epoch to epoch?")
