#!/usr/bin/env python3
"""Times one question of the lineage, "which claims have no path to a first-hand source?", against engines that answer it as a property path.

    python3 benches/paths.py FILE.nq ibid=PROGRAM,STORE [oxigraph=PROGRAM,LOCATION] [virtuoso=PROGRAM,FOLDER] [--runs N] [--most SECONDS]

STORE and LOCATION have the same N-Quads loaded; FOLDER is Virtuoso's, and is filled from FILE.nq if it is empty. ibid is asked for the whole
lineage, levels and independence included, since it computes no less: a whole process, as Oxigraph's. Virtuoso's server is running and warm, and
has answered the question once before, unless it was given up. What takes longer than `--most` (300) is given up and counted as that.
"""
import pathlib, statistics, subprocess, sys, time
from virtuoso import Virtuoso

NATIVE = 'SELECT (COUNT(*) AS ?n) { GRAPH <urn:ibid:lineage> { ?claim ibid:origin ?origin } FILTER(?origin != ibid:Primary) }'
PATH = """PREFIX ibid: <https://w3id.org/ibid/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT (COUNT(*) AS ?n) {
  ?claim a ibid:Claim
  FILTER NOT EXISTS {
    ?claim (prov:wasDerivedFrom|prov:wasQuotedFrom|prov:hadPrimarySource)* ?end .
    ?end ibid:basis|ibid:defaultBasis ?basis
    FILTER(?basis IN (ibid:Observation, ibid:Measurement, ibid:OwnRecord, ibid:OwnAnalysis, ibid:OwnAct))
  }
}"""

runs, most, engines, file = 3, 300, {}, None
words = iter(sys.argv[1:])
for word in words:
    if word == '--runs':
        runs = int(next(words))
    elif word == '--most':
        most = int(next(words))
    elif '=' in word:
        name, _, rest = word.partition('=')
        engines[name] = rest.split(',')
    else:
        file = pathlib.Path(word).resolve()


def whole(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=most, check=True).stdout.split()[-1]
    except subprocess.TimeoutExpired:
        return None


def answers(name):
    """What asks the engine, and what ends it."""
    program, folder = engines[name]
    if name == 'ibid':
        return lambda: whole([program, '--store', folder, 'query', NATIVE, '--format', 'csv']), None
    if name == 'oxigraph':
        union = ['--union-default-graph', '--results-format', 'csv']
        return lambda: whole([program, 'query', '--location', folder, *union, '--query', PATH]), None
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    empty = not (pathlib.Path(folder) / 'virtuoso.db').exists()
    server = Virtuoso(program, folder).__enter__()
    if empty:
        server.give(file, 8)
        server.load()
    ask = lambda: (lines := server.ask(f'SPARQL {PATH};', most)) and lines[-1].strip()
    if ask() is None:
        # Asked again, it would be given up again.
        took[name], said[name] = [most], None
    return ask, server


took, said = {name: [] for name in engines}, {}
asked = {name: answers(name) for name in engines}
for _ in range(runs):
    for name, (ask, _) in asked.items():
        if said.get(name, '') is None:
            continue
        start = time.perf_counter()
        said[name] = ask()
        took[name].append(time.perf_counter() - start)
for _, server in asked.values():
    if server:
        server.__exit__()
print('| engine | time | ratio | claims |\n|---|---|---|---|')
for name in engines:
    middle = statistics.median(took[name])
    more = '' if said[name] else '> '
    print(f'| {name} | {more}{middle:.2f} s | {more}{middle / statistics.median(took["ibid"]):.0f} | {said[name] or "–"} |')
