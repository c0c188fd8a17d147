"""`make mutants`: do the tests notice when one place of the code is wrong?

Draws mutations with a seed from the lines that the fast tests cover, puts one at a time into a copy of
the tree, and runs the tests that cover the line, cheapest first, until one fails. A survivor then meets the
whole fast suite. A mutation that cannot even be imported is not counted; another is drawn in its place.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from mutations import Mutation, find_mutations

REPO = Path(__file__).resolve().parents[2]
ROOTS = ("sim", "buildings", "experiments")
FAST = "not browser and not slow"
SKIPPED = shutil.ignore_patterns(
    ".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "demo-results", "build", "dist", ".coverage*"
)
HEADROOM = 4.0
"""A mutant may take this many times as long as its tests took before it is taken to hang."""


@dataclass
class Verdict:
    """What became of one mutant."""

    mutation: Mutation
    status: str
    seconds: float
    tests: int


Done = subprocess.CompletedProcess[str]


class Tree:
    """A copy of the repository with a cache folder of its own, in which one mutant lives at a time."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.cache = folder / "cache"
        self.spare = folder / "spare-cache"
        shutil.copytree(REPO, self.root, ignore=SKIPPED)

    def run(self, args: list[str], limit_s: float, **extra: str) -> Done | None:
        """Run Python in the tree; None when it was stopped at the time limit."""
        env = os.environ | {
            "PYTHONPATH": str(self.root),
            "FIRSTMINUTES_CACHE": str(self.cache),
            "PYTHONDONTWRITEBYTECODE": "1",
            **extra,
        }
        process = subprocess.Popen(
            [sys.executable, *args],
            cwd=self.root,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            return None
        return Done(args, process.returncode, output, "")

    def pytest(self, args: list[str], limit_s: float, **extra: str) -> Done | None:
        """Run pytest in the tree."""
        return self.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *args], limit_s, **extra)

    def keep_cache(self) -> None:
        """Remember the compiled kernels of the unchanged code; compiled buildings are made anew."""
        shutil.rmtree(self.spare, ignore_errors=True)
        if self.cache.exists():
            shutil.copytree(self.cache, self.spare, ignore=shutil.ignore_patterns("plans"))

    def reset_cache(self) -> None:
        """Forget what a mutant wrote into the cache."""
        shutil.rmtree(self.cache, ignore_errors=True)
        if self.spare.exists():
            shutil.copytree(self.spare, self.cache)


@dataclass
class Baseline:
    """The unmutated suite: which tests run which line, and how long each takes (s)."""

    contexts: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]
    total_s: float

    def tests_of(self, path: str, line: int) -> list[str]:
        """Return the tests that run a line, cheapest first.

        A line that only an import or a worker process runs is known by no test; then it is those of its file.
        """
        lines = self.contexts[path]
        names = {context.split("|")[0] for context in lines[line] if context}
        names = names or {
            context.split("|")[0] for contexts in lines.values() for context in contexts if context
        }
        return sorted(names, key=lambda name: (self.seconds.get(name, 1.0), name))


def main() -> int:
    """Draw, run, report."""
    args = _arguments()
    deadline = time.monotonic() + 60 * args.minutes
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        trees = [Tree(Path(name) / str(i)) for i in range(args.workers)]
        print("Running the fast tests once, with coverage ...", flush=True)
        baseline = measure(trees[0], Path(name))
        for tree in trees[1:]:
            _check(tree.pytest(["-x", "-n", "2", "-m", FAST], 1800))
        for tree in trees:
            tree.keep_cache()
        print(f"The suite is green in {baseline.total_s:.0f} s; drawing {args.number} mutants.", flush=True)
        by_seed = {seed: try_mutants(trees, baseline, seed, args.number) for seed in args.seed}
        for verdicts in by_seed.values():
            meet_the_whole_suite(trees[0], verdicts, baseline, deadline)
    return max(report(seed, verdicts, args) for seed, verdicts in by_seed.items())


def measure(tree: Tree, folder: Path) -> Baseline:
    """Run the fast suite on the unchanged copy and read coverage contexts and durations."""
    import coverage

    data_file, times = folder / "coverage", folder / "times.xml"
    started = time.monotonic()
    cov = [
        "-n",
        "2",
        "--cov",
        "--cov-context=test",
        "--cov-report=",
        f"--junitxml={times}",
        "-o",
        "junit_family=xunit1",
    ]
    _check(tree.pytest(["-m", FAST, *cov], 3600, COVERAGE_FILE=str(data_file)))
    total_s = time.monotonic() - started
    data = coverage.CoverageData(str(data_file))
    data.read()
    contexts = {}
    for file in sorted(data.measured_files()):
        path = Path(file)
        if path.is_relative_to(tree.root) and path.relative_to(tree.root).parts[0] in ROOTS:
            contexts[path.relative_to(tree.root).as_posix()] = data.contexts_by_lineno(file)
    seconds = {}
    for case in ET.parse(times).getroot().iter("testcase"):
        name = "::".join([case.get("file", ""), *_class_of(case), case.get("name", "")])
        seconds[name] = float(case.get("time", 1.0))
    return Baseline(contexts, seconds, total_s)


def _class_of(case: ET.Element) -> list[str]:
    """Return the test's class, if it has one: what the dotted class name has beyond the file's."""
    stem = Path(case.get("file", "")).stem
    dotted = case.get("classname", "").split(".")
    return dotted[dotted.index(stem) + 1 :] if stem in dotted else []


def try_mutants(trees: list[Tree], baseline: Baseline, seed: int, number: int) -> list[Verdict]:
    """Judge mutants in drawn order until `number` of them count."""
    print(f"Seed {seed}:", flush=True)
    free: queue.Queue[Tree] = queue.Queue()
    for tree in trees:
        free.put(tree)

    def one(mutation: Mutation) -> Verdict:
        tree = free.get()
        try:
            verdict = judge(tree, mutation, baseline)
        finally:
            free.put(tree)
        print(f"{verdict.status:>9} {verdict.seconds:5.0f} s  {mutation}", flush=True)
        return verdict

    candidates = draw(baseline, seed)
    verdicts: list[Verdict] = []
    with ThreadPoolExecutor(len(trees)) as pool:
        while sum(v.status != "no import" for v in verdicts) < number:
            missing = number - sum(v.status != "no import" for v in verdicts)
            batch = [m for _, m in zip(range(missing), candidates, strict=False)]
            if not batch:
                break
            verdicts.extend(pool.map(one, batch))
    return verdicts


def draw(baseline: Baseline, seed: int) -> Iterator[Mutation]:
    """Give all mutations on covered lines in the order of this seed."""
    everything: list[Mutation] = []
    for path, lines in sorted(baseline.contexts.items()):
        everything += find_mutations(path, (REPO / path).read_text(encoding="utf-8"), lines)
    random.Random(seed).shuffle(everything)
    return iter(everything)


def judge(tree: Tree, mutation: Mutation, baseline: Baseline) -> Verdict:
    """Put a mutant into the tree, run the tests that cover its line, and take it out again."""
    started = time.monotonic()
    with mutated(tree, mutation):
        module = mutation.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        imported = tree.run(["-c", f"import {module}"], 300)
        if imported is None or imported.returncode:
            return Verdict(mutation, "no import", time.monotonic() - started, 0)
        tests = baseline.tests_of(mutation.path, mutation.line)
        status = "survived" if not tests else _status(tree, tests, baseline)
    return Verdict(mutation, status, time.monotonic() - started, len(tests))


def _status(tree: Tree, tests: list[str], baseline: Baseline) -> str:
    listing = tree.root.parent / "tests.txt"
    listing.write_text("\n".join(tests), encoding="utf-8")
    limit_s = 60 + HEADROOM * sum(baseline.seconds.get(name, 1.0) for name in tests)
    result = tree.pytest(["-x", "-m", FAST, "-p", "no:xdist", f"@{listing}"], limit_s)
    if result is not None and result.returncode == 4:
        files = sorted({name.split("::")[0] for name in tests})
        result = tree.pytest(["-x", "-m", FAST, "-p", "no:xdist", *files], limit_s)
    if result is None:
        return "timed out"
    return "killed" if result.returncode else "survived"


class mutated:  # noqa: N801 - reads as a phrase after `with`
    """Hold a mutant in a tree; afterwards file, time stamp and cache are as before."""

    def __init__(self, tree: Tree, mutation: Mutation) -> None:
        self.tree, self.mutation = tree, mutation
        self.file = tree.root / mutation.path

    def __enter__(self) -> None:
        self.stat = self.file.stat()
        self.source = self.file.read_text(encoding="utf-8")
        self.tree.reset_cache()
        self.file.write_text(self.mutation.apply(self.source), encoding="utf-8")

    def __exit__(self, *_: object) -> None:
        self.file.write_text(self.source, encoding="utf-8")
        # Numba's cache looks at the time stamp: a restored file must not be compiled again.
        os.utime(self.file, ns=(self.stat.st_atime_ns, self.stat.st_mtime_ns))


def meet_the_whole_suite(tree: Tree, verdicts: list[Verdict], baseline: Baseline, deadline: float) -> None:
    """Run the whole fast suite on every survivor: a test in another process may notice it."""
    limit_s = 120 + HEADROOM * baseline.total_s
    for verdict in verdicts:
        if verdict.status != "survived":
            continue
        if time.monotonic() + baseline.total_s > deadline:
            print("Out of time: the rest of the survivors met only the tests that cover their line.")
            return
        with mutated(tree, verdict.mutation):
            result = tree.pytest(["-x", "-n", "2", "-m", FAST], limit_s)
        if result is None or result.returncode:
            verdict.status = "killed" if result is not None else "timed out"
            print(f"{verdict.status} by the whole suite: {verdict.mutation}", flush=True)


def report(seed: int, verdicts: list[Verdict], args: argparse.Namespace) -> int:
    """Print the score and the survivors of a seed; 1 when fewer were noticed than asked for."""
    counted = [v for v in verdicts if v.status != "no import"]
    survivors = [v for v in counted if v.status == "survived"]
    share = 1 - len(survivors) / max(1, len(counted))
    noticed = len(counted) - len(survivors)
    print(f"\nSeed {seed}: {noticed} of {len(counted)} mutants noticed ({share:.0%}).")
    print(f"{len(verdicts) - len(counted)} could not be imported and were not counted.")
    if survivors:
        print("Survivors:")
        for verdict in survivors:
            print(f"  {verdict.mutation}")
    if args.json:
        rows = [{**asdict(v), "mutation": str(v.mutation)} for v in verdicts]
        path = Path(args.json)
        path.with_stem(f"{path.stem}-{seed}").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return int(share < args.share)


def _check(result: Done | None) -> None:
    if result is None or result.returncode:
        print(result.stdout[-4000:] if result else "The suite did not end in time.")
        sys.exit("The suite is red without any mutation: repair it first.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, nargs="+", default=[1], help="one seed or several (default 1)")
    parser.add_argument("--number", type=int, default=50)
    parser.add_argument("--share", type=float, default=0.8, help="share that must be noticed (default 0.8)")
    parser.add_argument("--minutes", type=float, default=55, help="time for everything (default 55)")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--json", metavar="FILE", help="also write every verdict to FILE, with the seed in its name"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
