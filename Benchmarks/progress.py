"""Progress goes to stderr; stdout is the report."""
import sys
import time


def say(text):
    print(f'{time.strftime("%H:%M:%S")}  {text}', file=sys.stderr, flush=True)
