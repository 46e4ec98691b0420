"""What is new, edited, gone or cleaned again in a set, one line a change: for programs that take articles over."""
