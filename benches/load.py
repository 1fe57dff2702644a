#!/usr/bin/env python3
"""Times the load of one N-Quads file into an empty store, engines in turn: A B C A B C …, medians and their ratios.

    python3 benches/load.py FILE.nq ibid=PROGRAM [oxigraph=PROGRAM] [virtuoso=PROGRAM] [--runs N] [--dir SCRATCH]

`pip install oxigraph` brings the first peer, Debian's `virtuoso-opensource-7` the second (`virtuoso-t`, and `isql-vt` beside it). Virtuoso gets
the file in eight parts and two loaders at once, buffers for 5 GiB, and its time goes to the end of the checkpoint, as the others' time goes
to what is safe on disk; cutting the file and starting the server are not counted. Anonymous memory is the peak of `RssAnon`, looked
at fifty times a second; CPU is user and system.
"""
import pathlib, shutil, statistics, subprocess, sys, tempfile, threading, time

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


SETTINGS = """
[Database]
DatabaseFile = {0}/virtuoso.db
ErrorLogFile = {0}/virtuoso.log
LockFile = {0}/virtuoso.lck
TransactionFile = {0}/virtuoso.trx
xa_persistent_file = {0}/virtuoso.pxa
FileExtend = 2000
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {0}/temp.db
TransactionFile = {0}/temp.trx
[Parameters]
ServerPort = 11111
DirsAllowed = {0}, {1}
NumberOfBuffers = 600000
MaxDirtyBuffers = 450000
CheckpointInterval = 0
MaxQueryMem = 4G
VectorSize = 1000
MaxVectorSize = 1000000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = 1200
"""


def cut(parts, into):
    """Cuts the file into parts of whole lines."""
    length = file.stat().st_size
    with file.open('rb') as lines:
        for part in range(parts):
            with (into / f'{part}.nq').open('wb') as out:
                while lines.tell() < length * (part + 1) // parts and (line := lines.readline()):
                    out.write(line)


def isql(program, text):
    return subprocess.Popen([str(pathlib.Path(shutil.which(program)).parent / 'isql-vt'), '11111', 'dba', 'dba', f'exec={text}'],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def virtuoso(program, folder):
    folder = pathlib.Path(folder)
    parts = folder / 'parts'
    parts.mkdir()
    cut(8, parts)
    (folder / 'virtuoso.ini').write_text(SETTINGS.format(folder, parts))
    server = subprocess.Popen([program, '-f', '-c', str(folder / 'virtuoso.ini')], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        while isql(program, 'status();').wait():
            if server.poll() is not None:
                sys.exit((folder / 'virtuoso.log').read_text())
            time.sleep(0.2)
        isql(program, f"ld_dir('{parts}', '*.nq', 'urn:none');").wait()
        with Watched(server) as watched:
            for loader in [isql(program, 'rdf_loader_run();') for _ in range(2)]:
                loader.wait()
            isql(program, 'checkpoint;').wait()
        wrong = isql(program, 'select ll_file, ll_error from load_list where ll_error is not null or ll_state <> 2;').communicate()[0].decode()
        if '\n0 Rows.' not in wrong:
            sys.exit(wrong)
        shutil.rmtree(parts)
        return watched.took, watched.cpu, watched.anon, size(folder)
    finally:
        isql(program, 'shutdown;').wait()
        server.wait()


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
