#!/usr/bin/env python3
"""Times the load of one N-Quads file into an empty store, engines in turn: A B C A B C …, medians and their ratios.

    python3 benches/load.py FILE.nq ibid=PROGRAM [oxigraph=PROGRAM] [virtuoso=PROGRAM] [--runs N] [--dir SCRATCH]

`pip install oxigraph` brings the first peer, Debian's `virtuoso-opensource-7` the second (`virtuoso-t`). Virtuoso gets
the file in eight parts and two loaders at once, buffers for 5 GiB, and its time goes to the end of the checkpoint, as the others' time goes
to what is safe on disk; cutting the file and starting the server are not counted. Anonymous memory is the peak of `RssAnon`, looked
at fifty times a second; CPU is user and system.
"""
import pathlib, statistics, subprocess, sys, tempfile, threading, time
from virtuoso import Virtuoso

runs, scratch, engines, file = 1, None, {}, None
words = iter(sys.argv[1:])
for word in words:
    if word == '--runs':
        runs = int(next(words))
    elif word == '--dir':
        scratch = next(words)
    elif '=' in word:
        name, _, program = word.partition('=')
        engines[name.lower()] = program
    else:
        file = pathlib.Path(word).resolve()


class Watched:
    """A process, its CPU time and the peak of its anonymous memory while a block runs."""

    def __init__(self, process):
        self.process, self.anon, self.ticks, self.over = process, 0, 0, False
        self.thread = threading.Thread(target=self.look)

    def used(self):
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def look(self):
        while not self.over:
            try:
                status = pathlib.Path(f'/proc/{self.process.pid}/status').read_text()
                self.ticks = self.used()
            except OSError:
                return
            for line in status.splitlines():
                if line.startswith('RssAnon:'):
                    self.anon = max(self.anon, int(line.split()[1]))
            time.sleep(0.02)

    def __enter__(self):
        self.first, self.start = self.used(), time.perf_counter()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.took = time.perf_counter() - self.start
        self.over = True
        self.thread.join()
        self.cpu = (self.ticks - self.first) / 100


def size(folder):
    """What a folder takes on the disk, in bytes."""
    return sum(path.stat().st_blocks * 512 for path in pathlib.Path(folder).rglob('*') if path.is_file())


def whole(command, folder):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with Watched(process) as watched:
        said = process.communicate()[1]
    if process.returncode:
        sys.exit(f'{command}: {said.decode()}')
    return watched.took, watched.cpu, watched.anon, size(folder)


def ibid(program, folder):
    return whole([program, '--store', folder, 'load', '--quiet', str(file)], folder)


def oxigraph(program, folder):
    return whole([program, 'load', '--location', folder, '--file', str(file)], folder)


def virtuoso(program, folder):
    with Virtuoso(program, folder) as server:
        server.give(file, 8)
        with Watched(server.server) as watched:
            server.load()
    return watched.took, watched.cpu, watched.anon, size(folder)


load = {'ibid': ibid, 'oxigraph': oxigraph, 'virtuoso': virtuoso}
measured = {name: [] for name in engines}
for _ in range(runs):
    for name, program in engines.items():
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            measured[name].append(load[name](program, folder))
print(f'{file.name}, {file.stat().st_size / 1e6:.0f} MB, {runs} run(s)\n\n| engine | wall | CPU | anonymous memory | on disk | wall, ratio |\n|---|---|---|---|---|---|')
middle = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in measured.items()}
for name, (took, cpu, anon, disk) in middle.items():
    ratio = took / middle['ibid'][0]
    print(f'| {name} | {took:.2f} s | {cpu:.2f} s | {anon / 1024:.0f} MiB | {disk / 1e6:.0f} MB | {ratio:.1f} |')
