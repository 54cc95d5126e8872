# GDB's side of the benchmark: stops that a Python breakpoint handles, and `dump memory`.
import os
import time

import gdb

gdb.execute("set pagination off")
gdb.execute("set confirm off")
gdb.execute("set architecture aarch64")
gdb.execute("target remote " + os.environ["SOCKET"])

count = int(os.environ["COUNT"])
frame = int(os.environ["FRAME"], 0)
registers = os.environ["REGISTERS"].split()


class Stop(gdb.Breakpoint):
    stops = 0
    start = 0.0
    seconds = 0.0

    def stop(self):
        for name in registers:
            int(gdb.parse_and_eval("$" + name))
        gdb.selected_inferior().read_memory(frame, 272)
        if self.stops == 0:
            self.start = time.monotonic()
        self.stops += 1
        self.seconds = time.monotonic() - self.start
        return self.stops > count


if count > 0:
    stop = Stop("*" + os.environ["STOP"], gdb.BP_HARDWARE_BREAKPOINT)
    gdb.execute("continue", to_string=True)
    print("stops %.1f" % (count / stop.seconds))

size = int(os.environ["MEMORY"])
best = 0.0
for _ in range(3):
    start = time.monotonic()
    gdb.execute("dump binary memory /dev/null 0x41000000 0x%x" % (0x41000000 + size))
    best = max(best, size / 1e6 / (time.monotonic() - start))
print("memory %.1f" % best)
gdb.execute("kill")
