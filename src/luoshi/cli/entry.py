"""`python -m luoshi.cli.entry`: the command line for child processes."""

from luoshi.cli import main

if __name__ == "__main__":
    main()
