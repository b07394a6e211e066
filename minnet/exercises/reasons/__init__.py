"""Why a result is wrong: known mistakes, and what any result may suffer from."""
