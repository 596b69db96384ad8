"""`python -m osac_share` is `osac-share`."""

from osac_share.cli import main

if __name__ == "__main__":
    main()
