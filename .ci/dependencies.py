#!/usr/bin/env python3
"""Holds the dependencies to the licences that the package may be shipped with, and to what it does not want to build."""
import json, re, subprocess, sys

ALLOWED = {'MIT', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'Zlib', 'Unicode-3.0',
           '0BSD', 'CC0-1.0', 'Unlicense', 'OpenLDAP-2.8', 'OLDAP-2.8', 'BSL-1.0', 'MIT-0', 'CDLA-Permissive-2.0',
           # Two packages below sophia; neither asks anything of the programs that use them.
           'CECILL-B', 'MPL-2.0'}
# C beyond LMDB and ring.
UNWANTED = {'aws-lc-sys', 'openssl-sys', 'oxrocksdb-sys', 'native-tls'}


def acceptable(expression):
    """Whether an SPDX expression can be met with allowed licences: every AND part by some OR part."""
    parts = re.split(r'\s+AND\s+', expression.replace('(', ' ').replace(')', ' ').strip())
    return all(any(choice.strip() in ALLOWED for choice in re.split(r'\s+OR\s+|/', part)) for part in parts)


packages = json.loads(subprocess.check_output(['cargo', 'metadata', '--format-version', '1', '--locked']))['packages']
wrong = [f"{p['name']} {p['version']}: licence {p['license']!r}" for p in packages if not acceptable(p['license'] or '')]
tree = subprocess.check_output(['cargo', 'tree', '--locked', '--prefix', 'none', '--format', '{p}'], text=True)
built = {line.split()[0] for line in tree.splitlines() if line.strip()}
wrong += [f'{name} is built' for name in sorted(UNWANTED & built)]
if wrong:
    sys.exit('\n'.join(wrong))
print(f'{len(packages)} packages, all within the allowed licences')
