#!/usr/bin/env python3
"""Times the audit: the whole rule set on stores that grow, each rule, and the rules that are plain SPARQL against Oxigraph.

    python3 benches/audit.py IBID STORE...                     a line a store, then the rules on the last of them
    python3 benches/audit.py IBID STORE... --against OXIGRAPH LOCATION [--runs N]

IBID and OXIGRAPH are the programs (`pip install oxigraph` brings the latter); LOCATION is where Oxigraph has the N-Quads of the last
store. Time is told as it passed and as the processors' (others may use the machine), memory as the most that no file stands behind.
Of rules, those that name no computed graph are plain SPARQL: both programs get the same text, in turn, A B A B …; answers are compared
as sorted lines.
"""
import argparse, os, pathlib, re, statistics, subprocess, sys, threading, time

here = pathlib.Path(__file__).parent
parser = argparse.ArgumentParser()
parser.add_argument('ibid')
parser.add_argument('stores', nargs='+')
parser.add_argument('--against', nargs=2, metavar=('OXIGRAPH', 'LOCATION'))
parser.add_argument('--runs', type=int, default=3)
asked = parser.parse_args()


def measured(command, limit=600):
    """Seconds passed, seconds of the processors, MiB of anonymous memory at most, output, errors; None beyond the limit."""
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    most = 0

    def watch():
        nonlocal most
        while process.poll() is None:
            try:
                status = pathlib.Path(f'/proc/{process.pid}/status').read_text()
                most = max(most, int(re.search(r'RssAnon:\s+(\d+)', status)[1]))
            except (OSError, TypeError):
                pass
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    took = time.perf_counter() - start
    watcher.join()
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    if process.returncode not in (0, 1):
        sys.exit(f'{command}: {err.decode()}')
    return took, cpu, most / 1024, out.decode(), err.decode()


print('| store | claims | findings | passed | processors | memory |\n|---|---|---|---|---|---|')
for store in asked.stores:
    took, cpu, memory, out, timings = measured([asked.ibid, '--store', store, 'audit', '--fail-on', 'never', '--timings'])
    claims = re.search(r'(\d+) claims? in', out)[1]
    findings = sum(int(n) for n in re.findall(r'(\d+) (?:errors?|warnings?|infos?)\b', out.splitlines()[-1]))
    print(f'| {store} | {claims} | {findings} | {took:.1f} s | {cpu:.1f} s | {memory:.0f} MiB |', flush=True)

print('\n| rule | passed |\n|---|---|')
for seconds, rule in re.findall(r'([\d.]+) s  (\S+)', timings):
    print(f'| {rule} | {seconds} s |')

if asked.against:
    oxigraph, location = asked.against
    prefixes = re.findall(r'@prefix (\S*:) <([^>]*)>', (here / '../ontology/prefixes.ttl').read_text())
    declared = '\n'.join(f'PREFIX {prefix} <{name}>' for prefix, name in prefixes)
    print('\n| rule | ibid | oxigraph | ratio | rows |\n|---|---|---|---|---|')
    for file in sorted((here / '../queries/audit').glob('*.rq')):
        text = file.read_text()
        if '<urn:ibid:' in text:
            continue
        for name, value in re.findall(r'^# threshold: (\S+) (\S+)', text, re.M):
            text = text.replace(f'?threshold_{name}', value)
        text = declared + '\n' + text.replace('?today', '"2026-01-01"^^xsd:date')
        commands = [
            [asked.ibid, '--store', asked.stores[-1], 'query', text, '--format', 'csv'],
            [oxigraph, 'query', '--location', location, '--union-default-graph', '--results-format', 'csv', '--query', text],
        ]
        times, rows = ([], []), [None, None]
        for _ in range(asked.runs):
            for which, command in enumerate(commands):
                run = measured(command, limit=120)
                times[which].append(run[0] if run else 120.0)
                rows[which] = run and sorted(run[3].splitlines())
            if rows[1] is None:
                break
        if rows[1] is not None and rows[0] != rows[1]:
            print(f'{file.stem}: the answers differ', file=sys.stderr)
        mine, theirs = (statistics.median(each) for each in times)
        more = '> ' if rows[1] is None else ''
        count = len(rows[0]) - 1
        print(f'| {file.stem} | {mine:.2f} s | {more}{theirs:.2f} s | {more}{theirs / mine:.1f} | {count} |', flush=True)
