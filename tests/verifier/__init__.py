"""An independent verifier of Imajin logs and bundles, written from docs/format.md alone.

It shares no code and no fixtures with the node. Where this program and `imajin verify` disagree, one of the two, or
the page, is wrong.
"""
