#!/usr/bin/env python3
"""Times saved queries against other engines, whole processes, in turn: A B A B …, medians and their ratio.

    python3 benches/compare.py IBID STORE OXIGRAPH LOCATION [RUNS]

IBID and OXIGRAPH are the programs (`pip install oxigraph` brings the latter), STORE and LOCATION where each has the same
N-Quads loaded. Both get the same text, with the prefixes of ontology/prefixes.ttl; answers are compared as sorted lines, whole decimals
as the same number (Oxigraph writes 1.0 as 1).
"""
import pathlib, re, statistics, subprocess, sys, time

here = pathlib.Path(__file__).parent
ibid, store, oxigraph, location = sys.argv[1:5]
runs = int(sys.argv[5]) if len(sys.argv) > 5 else 5
prefixes = '\n'.join(f'PREFIX {p} <{n}>' for p, n in re.findall(r'@prefix (\S*:) <([^>]*)>', (here / '../ontology/prefixes.ttl').read_text()))


def run(command):
    start = time.perf_counter()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    except subprocess.TimeoutExpired:
        return 300.0, None
    took = time.perf_counter() - start
    if done.returncode:
        sys.exit(f'{command}: {done.stderr.decode()}')
    return took, sorted(re.sub(r'\b(\d+)\.0\b', r'\1', done.stdout.decode()).splitlines())


print('| query | ibid | oxigraph | ratio | rows |\n|---|---|---|---|---|')
for file in sorted((here / 'queries').glob('*.rq')):
    text = prefixes + '\n' + file.read_text()
    mine = [ibid, '--store', store, 'query', text, '--format', 'csv']
    theirs = [oxigraph, 'query', '--location', location, '--union-default-graph', '--results-format', 'csv', '--query', text]
    a, b = [], []
    for _ in range(runs):
        took, mine_said = run(mine)
        a.append(took)
        if theirs:
            took, theirs_said = run(theirs)
            b.append(took)
            if theirs_said is None:
                break
    if theirs_said is not None and mine_said != theirs_said:
        print(f'{file.stem}: the answers differ', file=sys.stderr)
    x, y = statistics.median(a), statistics.median(b)
    more = '> ' if theirs_said is None else ''
    print(f'| {file.stem[3:]} | {x * 1000:.0f} ms | {more}{y * 1000:.0f} ms | {more}{y / x:.1f} | {len(mine_said) - 1} |', flush=True)
