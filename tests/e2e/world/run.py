#!/usr/bin/env python3
"""Real Sigstore services and real cosigns mint artifacts; the product must accept each and refuse its
tampered twins. Started by script/e2e in a network namespace of its own, with a folder that holds the
registries' certificates (pki/) and that it will remove."""

import argparse
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import admission
import export
import services
from judge import Judge
from mint import sample, shapes
from world import World


def program(name):
    """A component that script/e2e built: RIG_COSIGN3 for cosign3."""
    path = os.environ.get("RIG_" + name.upper().replace("-", "_"))
    assert path, f"there is no {name}"
    return path


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", required=True)
    parser.add_argument("--portreeve", required=True)
    parser.add_argument("--all", action="store_true", help="every shape, and twice as many twins of each")
    return parser.parse_args()


def main():
    asked = arguments()
    services.loopback_up()
    world = World(os.path.abspath(asked.state), asked.portreeve, program)
    failed = []
    try:
        start = time.monotonic()
        goods = world.make(shapes() if asked.all else sample())
        failed += [f"cosign did not write {good.shape.name}: {good.error[-400:]}" for good in goods if good.error]
        print(f"world: {len(goods) - len(failed)} minted ({time.monotonic() - start:.0f} s)", flush=True)
        if os.environ.get("PORTREEVE_MINTED"):
            export.write_all(world, goods, os.environ["PORTREEVE_MINTED"])
        judge = Judge(world, goods)
        admitted = admission.run(world, goods)
        print(f"world: {admitted.count} admissions ({time.monotonic() - start:.0f} s)", flush=True)
        for step in (judge.all_good_ones, lambda: judge.all_twins(2 if asked.all else 1), lambda: judge.all_strangers(asked.all)):
            step()
            print(f"world: {judge.count.good} good, {judge.count.bad} bad ({time.monotonic() - start:.0f} s)", flush=True)
        count = judge.count
        failed += count.faults + admitted.faults
        print(f"world: {count.commands} commands of cosign run", flush=True)
    finally:
        world.close()
    for text in failed:
        print("FAIL world/" + " | ".join(text.splitlines())[:700])
    judged = count.good + count.bad + count.commands + admitted.count
    print(f"{judged - len(failed)} passed, {len(failed)} failed, 0 skipped", flush=True)
    return 1 if failed or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
