"""``python -m minnet`` is the command ``minnet``."""

try:
    from minnet.cli import main
except KeyboardInterrupt:  # before there is anything to go on with
    raise SystemExit(130) from None

raise SystemExit(main())
