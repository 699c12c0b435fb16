"""`python -m benchmarks`: the same as `python -m benchmarks.figures`."""

from benchmarks.figures import main

if __name__ == "__main__":
    main()
