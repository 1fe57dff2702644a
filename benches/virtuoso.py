"""A Virtuoso server of one's own, for as long as a block runs. Needs Debian's `virtuoso-opensource-7`: `virtuoso-t`, and `isql-vt` beside it."""
import pathlib, shutil, subprocess, sys, time

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
DirsAllowed = {0}
NumberOfBuffers = 600000
MaxDirtyBuffers = 450000
CheckpointInterval = 0
MaxQueryMem = 4G
VectorSize = 1000
MaxVectorSize = 1000000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
"""


class Virtuoso:
    """A server over the database in a folder, which is made if it is not there."""

    def __init__(self, program, folder):
        self.folder, self.given_up = pathlib.Path(folder).resolve(), False
        self.client = pathlib.Path(shutil.which(program)).resolve().parent / 'isql-vt'
        (self.folder / 'virtuoso.ini').write_text(SETTINGS.format(self.folder))
        self.server = subprocess.Popen([program, '-f', '-c', str(self.folder / 'virtuoso.ini')], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, cwd=self.folder)

    def begin(self, text):
        """Begins a statement, in a process of its own."""
        return subprocess.Popen([self.client, '11111', 'dba', 'dba', 'VERBOSE=OFF', 'BANNER=OFF', 'PROMPT=OFF', f'exec={text}'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ask(self, text, most=None):
        """What a statement answers, as lines; nothing, if it takes more than so many seconds: the server then ends at once."""
        asked = self.begin(text)
        try:
            said, _ = asked.communicate(timeout=most)
        except subprocess.TimeoutExpired:
            asked.kill()
            self.given_up = True
            return None
        if asked.returncode or b'*** Error' in said:
            sys.exit(f'{text}\n{said.decode()}')
        # Names and types of the columns come before a line of underscores.
        rows = said.decode().rpartition('_\n')[2]
        return [line for line in rows.splitlines() if line]

    def give(self, file, parts):
        """Lays a file of N-Quads ready to be loaded, in parts of whole lines."""
        (folder := self.folder / 'parts').mkdir()
        length = file.stat().st_size
        with file.open('rb') as lines:
            for part in range(parts):
                with (folder / f'{part}.nq').open('wb') as out:
                    while lines.tell() < length * (part + 1) // parts and (line := lines.readline()):
                        out.write(line)
        self.ask(f"ld_dir('{folder}', '*.nq', 'urn:none');")

    def load(self):
        """Loads what was given, by two loaders at once, up to the end of the checkpoint."""
        for loader in [self.begin('rdf_loader_run();') for _ in range(2)]:
            loader.wait()
        self.ask('checkpoint;')
        if wrong := self.ask('select ll_file, ll_error from load_list where ll_error is not null or ll_state <> 2;'):
            sys.exit('\n'.join(wrong))
        shutil.rmtree(self.folder / 'parts')

    def __enter__(self):
        while self.begin('status();').wait():
            if self.server.poll() is not None:
                sys.exit((self.folder / 'virtuoso.log').read_text())
            time.sleep(0.2)
        return self

    def __exit__(self, *_):
        if self.given_up:
            self.server.kill()
        else:
            self.begin('shutdown;').wait()
        self.server.wait()
