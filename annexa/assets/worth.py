"""What an asset is worth with what depends on it. Pure: plain values in, plain values out.

An asset is worth at least as much as each asset that needs it, in the dimensions that flow along the dependency: a
database that only one internal page reads is worth what that page is worth, however little was said of itself.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
DIMENSIONS = ("confidentiality", "integrity", "availability")
Values = tuple[int | None, int | None, int | None]
NOTHING: Values = (None, None, None)


@dataclass(frozen=True)
class Edge(Generic[K]):
    """`asset` needs `needed`; `flows` says for each dimension whether its value is passed on."""

    asset: K
    needed: K
    flows: tuple[bool, bool, bool] = (True, True, True)


def worths(values: Mapping[K, Values], edges: Iterable[Edge[K]]) -> dict[K, Values]:
    """Return each asset's worth: the highest of its own value and of what flows to it; there are no cycles."""
    return {key: _plain(held) for key, held in _flow(values, list(edges)).items()}


def sources(values: Mapping[K, Values], edges: Iterable[Edge[K]]) -> dict[K, tuple[K | None, K | None, K | None]]:
    """Return for each asset and dimension the asset whose own value counts; itself where nothing higher flows."""
    return {
        key: (held[0][1], held[1][1], held[2][1])  # one per dimension
        for key, held in _flow(values, list(edges)).items()
    }


def path(edges: Iterable[Edge[K]], start: K, end: K) -> list[K]:
    """Return the assets from start to end along what each needs, or nothing when there is no way."""
    following: dict[K, list[K]] = defaultdict(list)
    for edge in edges:
        following[edge.asset].append(edge.needed)
    came_from: dict[K, K | None] = {start: None}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        if here == end:
            return list(reversed(list(_back(came_from, end))))
        for each in following[here]:
            if each not in came_from:
                came_from[each] = here
                waiting.append(each)
    return []


def cycle(edges: Iterable[Edge[K]]) -> list[K]:
    """Return the assets of one cycle, the first named again at its end, or nothing when there is none."""
    following: dict[K, list[K]] = defaultdict(list)
    for edge in edges:
        following[edge.asset].append(edge.needed)
    done: set[K] = set()
    for start in list(following):
        trail: list[K] = []
        on_trail: set[K] = set()
        steps: list[tuple[K, Iterator[K]]] = []
        if start not in done:
            steps, trail, on_trail = [(start, iter(following[start]))], [start], {start}
        while steps:
            here, ahead = steps[-1]
            following_one = next((each for each in ahead if each not in done), None)
            if following_one is None:
                steps.pop()
                done.add(here)
                on_trail.discard(trail.pop())
            elif following_one in on_trail:
                return [*trail[trail.index(following_one) :], following_one]
            else:
                steps.append((following_one, iter(following[following_one])))
                trail.append(following_one)
                on_trail.add(following_one)
    return []


_Held = list[tuple[int, "K | None"]]  # type: ignore[valid-type]


def _flow(values: Mapping[K, Values], edges: list[Edge[K]]) -> dict[K, _Held]:  # type: ignore[type-arg]
    """Pass values on from what nobody needs downwards, each asset once all that need it are known."""
    waits: dict[K, int] = defaultdict(int)
    following: dict[K, list[Edge[K]]] = defaultdict(list)
    for edge in edges:
        waits[edge.needed] += 1
        following[edge.asset].append(edge)
    keys = dict.fromkeys([*values, *waits, *following])
    held: dict[K, _Held] = {key: [(own or 0, key) for own in values.get(key, NOTHING)] for key in keys}  # type: ignore[type-arg]
    ready = [key for key in keys if not waits[key]]
    while ready:
        here = ready.pop()
        for edge in following[here]:
            theirs = held[edge.needed]
            for dimension, flows in enumerate(edge.flows):
                if flows and held[here][dimension][0] > theirs[dimension][0]:
                    theirs[dimension] = held[here][dimension]
            waits[edge.needed] -= 1
            if not waits[edge.needed]:
                ready.append(edge.needed)
    return held


def _plain(held: _Held) -> Values:  # type: ignore[type-arg]
    return (held[0][0] or None, held[1][0] or None, held[2][0] or None)


def _back(came_from: Mapping[K, K | None], end: K) -> Iterator[K]:
    here: K | None = end
    while here is not None:
        yield here
        here = came_from[here]
