"""Types lines and a TAB into a real shell, and prints what became of each as a JSON list.

Usage: type_tab.py SHELL SCRIPT, with the lines in the variable TYPED. Each line is completed in the shell's own editor;
Ctrl-A and a printing command in front of it tell the line without a screen to read.
"""

import json
import os
import pty
import select
import sys
import time

SHELL, SCRIPT = sys.argv[1:3]
MARK = "END-OF-LINE"
STARTS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SETUP = {
    "bash": [f"source {SCRIPT}", "bind 'set bell-style none'", "bind 'set enable-bracketed-paste off'", "PS1='READY> '"],
    "zsh": ["unsetopt zle_bracketed_paste beep prompt_sp", "autoload -Uz compinit; compinit -u -D", f"source {SCRIPT}",
            "PS1='READY> '", "bindkey -e"],
    "fish": [f"source {SCRIPT}", "function fish_prompt; echo 'READY> '; end", "function fish_right_prompt; end"],
}


def main():
    typed = json.loads(os.environ["TYPED"])
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(STARTS[SHELL][0], STARTS[SHELL])
    reader = Reader(terminal)
    time.sleep(0.5)
    for line in SETUP[SHELL]:
        os.write(terminal, f"{line}\n".encode())
        time.sleep(0.3)
    reader.quiet(0.5)
    print(json.dumps([complete(terminal, reader, line) for line in typed]))
    os.write(terminal, b"exit\n")
    os.close(terminal)


def complete(terminal, reader, line):
    """Types a line, a TAB, then quotes around it and `echo` before it, and reads what is printed."""
    out = os.path.join(os.path.dirname(SCRIPT), "line.txt")
    if os.path.exists(out):
        os.remove(out)
    os.write(terminal, line.encode())
    reader.quiet(0.15)
    os.write(terminal, b"\t")
    reader.some(10)
    reader.quiet(0.5)
    os.write(terminal, f"{MARK}'\x01printf %s '".encode())
    reader.quiet(0.1)
    os.write(terminal, f"\x05 > {out}\n".encode())
    for _ in range(50):
        time.sleep(0.1)
        if os.path.exists(out):
            text = open(out, encoding="utf-8").read()
            if text.endswith(MARK):
                return text[: -len(MARK)]
    return "nothing came"


class Reader:
    """Takes what a terminal shows, so that the shell is not held up."""

    def __init__(self, terminal):
        self.terminal = terminal

    def some(self, seconds):
        """Waits until something comes, for some seconds at most."""
        select.select([self.terminal], [], [], seconds)

    def quiet(self, seconds):
        """Reads until nothing came for some seconds."""
        while select.select([self.terminal], [], [], seconds)[0]:
            try:
                if not os.read(self.terminal, 65536):
                    return
            except OSError:
                return


main()
