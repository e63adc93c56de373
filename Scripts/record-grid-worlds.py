#!/usr/bin/env python3
"""Records what MAgent2 does in small grid worlds, which the tests of our engine compare with.

    python3 -m venv /tmp/magent
    /tmp/magent/bin/pip install magent2==0.3.4 numpy==2.4.6 pettingzoo==1.27.0 gymnasium==1.4.0
    /tmp/magent/bin/python Scripts/record-grid-worlds.py

Writes into Tests/CoppiceGridWorldTests/Recordings one JSON file of spaces and placements, one of
the interface for many agents, and one file per scene; the README there describes their layout.
The engine shuffles attacks. Scenes are such that the order makes no difference, and every scene is
run with several seeds of the engine to see that it does not. Recording again with the same versions
gives the same bytes.
"""

import importlib
import importlib.metadata
import itertools
import json
import math
import pathlib

import numpy
from magent2.environments import battle_v4
from magent2.gridworld import AgentSymbol, CircleRange, Config, Event, EventNode, GridWorld, SectorRange

PINS = {"magent2": "0.3.4", "numpy": "2.4.6", "pettingzoo": "1.27.0", "gymnasium": "1.4.0"}
ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests" / "CoppiceGridWorldTests" / "Recordings"
SEEDS = [0, 1, 2, 3, 4]
LARGEST_FILE = 300_000

VERSIONS = {
    "battle": 4, "battlefield": 5, "adversarial_pursuit": 4,
    "combined_arms": 6, "gather": 5, "tiger_deer": 4,
}
WATCHED = ("red_0", "blue_0", "blue_1")
RANDOMLY_PLACED = {"adversarial_pursuit", "tiger_deer"}
EAST, SOUTH, WEST, NORTH = range(4)


# ---- worlds as JSON

OPERATIONS = {
    EventNode.OP_AND: "and",
    EventNode.OP_OR: "or",
    EventNode.OP_NOT: "not",
    EventNode.OP_KILL: "kill",
    EventNode.OP_AT: "at",
    EventNode.OP_IN: "in",
    EventNode.OP_COLLIDE: "collide",
    EventNode.OP_ATTACK: "attack",
    EventNode.OP_DIE: "die",
    EventNode.OP_IN_A_LINE: "in_a_line",
}
INDICES = {-1: "any", -2: "all"}


def describe_type(attributes):
    """The attributes of a type, with ranges as pairs of radius and angle."""
    described = {}
    for key, value in attributes.items():
        if key in ("view_range", "attack_range"):
            value = [value.radius, value.angle]
        if key in ("attack_in_group", "can_absorb"):
            value = bool(value)
        described[key] = value
    return described


def describe_rules(rules):
    """The symbols that rules use, and the rules, which name a symbol by its place in that list."""
    symbols = []

    def place_of(symbol):
        if symbol not in symbols:
            symbols.append(symbol)
        return symbols.index(symbol)

    def expression(node):
        word = OPERATIONS[node.op]
        if word in ("and", "or", "not"):
            return [word] + [expression(child) for child in node.inputs]
        return [word] + [place_of(x) if isinstance(x, AgentSymbol) else int(x) for x in node.inputs]

    described = []
    for on, receivers, values, terminal in rules:
        described.append({
            "on": expression(on),
            "receivers": [place_of(symbol) for symbol in receivers],
            "values": list(values),
            "terminal": terminal,
        })
    listed = [{"group": s.group, "index": INDICES.get(s.index, s.index)} for s in symbols]
    return listed, described


def describe(config):
    """A configuration as it is recorded; to be called before a world is made of it, which edits it."""
    symbols, rules = describe_rules(config.reward_rules)
    settings = config.config_dict
    return {
        "width": settings["map_width"],
        "height": settings["map_height"],
        "embedding_size": settings.get("embedding_size", 0),
        "minimap_mode": settings.get("minimap_mode", False),
        "turn_mode": settings.get("turn_mode", False),
        "food_mode": settings.get("food_mode", False),
        "types": {name: describe_type(type) for name, type in config.agent_type_dict.items()},
        "groups": list(config.groups),
        "symbols": symbols,
        "rules": rules,
    }


def standard_config(name, size, **options):
    """The configuration that the package gives a standard environment."""
    # battlefield has that of battle
    source = "battle" if name == "battlefield" else name
    module = importlib.import_module(f"magent2.environments.{source}.{source}")
    # tigers and deer have another word for it
    defaults = getattr(module, "default_reward_args", None) or module.default_env_args
    return module.get_config(size, seed=None, **{"minimap_mode": False, **defaults, **options})


def custom_config(width, height, groups, **settings):
    """A configuration of types, one group of each."""
    config = Config()
    config.set({"map_width": width, "map_height": height, **settings})
    for name, attributes in groups.items():
        config.add_group(config.register_agent_type(name, attributes))
    return config


def symbol(group, index):
    """A symbol for rules; the package's own constructor refuses the number of an agent."""
    made = AgentSymbol(group, "any" if isinstance(index, int) else index)
    if isinstance(index, int):
        made.index = index
    return made


# ---- actions by what they do

IDLE = ("move", 0, 0)
RIGHT, LEFT = ("turn", 0), ("turn", 1)


def go(dx, dy):
    return ("move", dx, dy)


def hit(dx, dy):
    return ("attack", dx, dy)


def circle(radius, inner, parity):
    """The offsets of a circle, in the order that actions are numbered."""
    centre = math.floor(radius)
    shift = 0 if parity else 0.5
    offsets = []
    for row, column in itertools.product(range(2 * centre + parity), repeat=2):
        distance = math.hypot(column - centre + shift, row - centre + shift)
        if inner - 1e-8 < distance < radius + 1e-8:
            offsets.append((column - centre, row - centre))
    return offsets


class Actions:
    """Numbers of the actions of one type."""

    def __init__(self, type, turn_mode):
        self.moves = circle(type.get("speed", 1), 0, 1)
        self.turns = 2 if turn_mode else 0
        width = type.get("width", 1)
        radius, angle = type["attack_range"]
        self.attacks = circle(radius, width / 2, width % 2) if angle == 360 else None
        self.attack_base = len(self.moves) + self.turns

    def number(self, action):
        if isinstance(action, int):
            return action
        kind, *what = action
        if kind == "move":
            return self.moves.index(tuple(what))
        if kind == "turn":
            return len(self.moves) + what[0]
        if self.attacks is None:
            return self.attack_base + what[0]
        return self.attack_base + self.attacks.index(tuple(what))


# ---- running and recording

def number_of(value):
    """A number of single precision as the shortest decimal that means it."""
    value = numpy.float32(value)
    assert numpy.isfinite(value)
    shortest = float(str(value))
    assert numpy.float32(shortest) == value
    return int(shortest) if shortest.is_integer() else shortest


def sparse(values):
    """The places and values of what is not zero, by turns."""
    flat = values.reshape(-1)
    places = numpy.flatnonzero(flat)
    return list(itertools.chain.from_iterable((int(i), number_of(flat[i])) for i in places))


def write(path, document):
    """JSON with a line for every step or other member of a list at the top."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in value)
            text = f"[\n{lines}\n]"
        else:
            text = json.dumps(value, separators=(",", ":"))
        parts.append(f"{json.dumps(key)}:{text}")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    assert len(text) < LARGEST_FILE, f"{path.name} has {len(text)} bytes"
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.replace(path)
    print(f"{path.relative_to(ROOT)}: {len(text)} bytes")


class World:
    """A world of the package with some agents placed, that can be asked what is recorded."""

    def __init__(self, config, placements, seed):
        self.description = describe(config)
        types = self.description["types"]
        turns = self.description["turn_mode"]
        self.actions = [Actions(types[name], turns) for name in self.description["groups"]]
        self.engine = GridWorld(config)
        self.engine.set_seed(seed)
        self.engine.reset()
        self.handles = self.engine.get_handles()
        for handle, method, *where in placements:
            place = self.engine.add_walls if handle == -1 else self.engine.add_agents
            target = [] if handle == -1 else [self.handles[handle]]
            if method == "fill":
                x, y, width, height, *direction = where
                extra = {"dir": direction[0]} if direction and handle != -1 else {}
                place(*target, method="fill", pos=[x, y], size=[width, height], **extra)
            else:
                place(*target, method="custom", pos=where[0])
        for handle, actions in zip(self.handles, self.actions):
            count = self.engine.get_action_space(handle)[0]
            if actions.attacks is not None:
                assert count == actions.attack_base + len(actions.attacks)

    def ids(self):
        return [self.engine.get_agent_id(handle).tolist() for handle in self.handles]

    def positions(self):
        return [self.engine.get_pos(handle).tolist() for handle in self.handles]

    def inner_walls(self):
        width, height = self.description["width"], self.description["height"]
        walls = self.engine._get_walls_info().tolist()
        return [[x, y] for x, y in walls if 0 < x < width - 1 and 0 < y < height - 1]

    def observations(self):
        """Per group the views and features, or nothing where a group is empty."""
        recorded = []
        for handle in self.handles:
            if self.engine.get_num(handle) == 0:
                recorded.append(None)
                continue
            views, features = self.engine.get_observation(handle)
            recorded.append({
                "views": [sparse(view) for view in views],
                "features": [sparse(feature) for feature in features],
            })
        return recorded

    def state(self, observe):
        state = {
            "ids": self.ids(),
            "positions": [[x for pair in group for x in pair] for group in self.positions()],
        }
        if observe:
            state["observations"] = self.observations()
        return state

    def health(self):
        """By id, the health of agents whose view is a circle around one cell."""
        base = 2 if self.description["food_mode"] else 1
        found = {}
        for handle, ids, name in zip(self.handles, self.ids(), self.description["groups"]):
            if ids:
                views, _ = self.engine.get_observation(handle)
                centre = views[:, views.shape[1] // 2, views.shape[2] // 2, base + 1]
                most = self.description["types"][name]["hp"]
                found.update(zip(ids, (centre * numpy.float32(most)).tolist()))
        return found

    def step(self, chosen, order, observe, observe_before):
        """One cycle. Actions are by id; who has none is idle, a group not in the order hands in none."""
        numbers = [None] * len(self.handles)
        for group in order:
            actions = self.actions[group]
            ids = self.engine.get_agent_id(self.handles[group]).tolist()
            numbers[group] = [actions.number(chosen.get(id, IDLE)) for id in ids]
        for id in chosen:
            assert any(id in ids for ids in self.ids()), f"agent {id} acts after its death"
        for group in order:
            array = numpy.array(numbers[group], dtype=numpy.int32)
            self.engine.set_action(self.handles[group], array)
        done = self.engine.step()
        record = {
            "order": list(order),
            "actions": numbers,
            "done": done,
            "rewards": [
                [number_of(x) for x in self.engine.get_reward(handle)] for handle in self.handles
            ],
            "alive": [
                [int(x) for x in self.engine.get_alive(handle)] for handle in self.handles
            ],
        }
        if observe_before:
            record["before_clear"] = self.observations()
        self.engine.clear_dead()
        record["after"] = self.state(observe)
        return record


def record(make_config, placements, script, observe=1, observe_before=False, order=None, seed=0):
    """Runs a scene. A script is a list of actions by id, or a number of steps and a function that
    chooses; observations are kept every so many steps, and at the start and the end unless never."""
    world = World(make_config(), placements, seed)
    if isinstance(script, list):
        steps, choose = len(script), lambda step, world: script[step]
    else:
        steps, choose = script[0], script[1]()
    document = {
        "world": world.description,
        "placements": [list(placement) for placement in placements],
        "walls": world.inner_walls(),
        "start": world.state(observe > 0),
        "steps": [],
    }
    groups = order or range(len(world.handles))
    for step in range(steps):
        keep = observe > 0 and ((step + 1) % observe == 0 or step == steps - 1)
        chosen = choose(step, world)
        document["steps"].append(world.step(chosen, groups, keep, observe_before))
    return document


def scene(name, make_config, *rest, **options):
    """Records a scene with every seed, which must not matter, and writes it."""
    documents = [record(make_config, *rest, seed=seed, **options) for seed in SEEDS]
    for document in documents[1:]:
        assert document == documents[0], f"{name} depends on the order of attacks"
    write(FOLDER / f"{name}.json", documents[0])


# ---- agents that choose at random

def random_moves(seed):
    """Every agent moves at random, or stays."""
    def make():
        random = numpy.random.default_rng(seed)

        def choose(step, world):
            return {
                id: int(random.integers(len(actions.moves)))
                for actions, ids in zip(world.actions, world.ids()) for id in ids
            }
        return choose
    return make


def random_actions(seed):
    """Every agent takes any of its actions."""
    def make():
        random = numpy.random.default_rng(seed)

        def choose(step, world):
            return {
                id: int(random.integers(world.engine.get_action_space(handle)[0]))
                for handle, ids in zip(world.handles, world.ids()) for id in ids
            }
        return choose
    return make


def random_battle(seed):
    """Random actions that prefer to hit, without those whose outcome depends on the order of attacks.

    Hits that an agent survives together are kept, because all do the same damage. Of hits that it
    might not survive the first is kept, and the agent itself does not attack in that step.
    """
    def make():
        random = numpy.random.default_rng(seed)

        def choose(step, world):
            health = world.health()
            group_of, place_of, agent_at = {}, {}, {}
            for group, (ids, positions) in enumerate(zip(world.ids(), world.positions())):
                for id, (x, y) in zip(ids, positions):
                    group_of[id], place_of[id], agent_at[x, y] = group, (x, y), id
            chosen, target_of = {}, {}
            for id, group in group_of.items():
                actions = world.actions[group]
                x, y = place_of[id]
                targets = {
                    offset: agent_at[x + offset[0], y + offset[1]]
                    for offset in actions.attacks if (x + offset[0], y + offset[1]) in agent_at
                }
                enemies = [o for o, other in targets.items() if group_of[other] != group]
                if enemies and random.random() < 0.85:
                    # mostly the weakest, so that some die
                    enemies.sort(key=lambda offset: health[targets[offset]])
                    offset = enemies[0 if random.random() < 0.8 else int(random.integers(len(enemies)))]
                    chosen[id] = hit(*offset)
                else:
                    chosen[id] = int(random.integers(actions.attack_base + len(actions.attacks)))
                    if chosen[id] >= actions.attack_base:
                        chosen[id] = hit(*actions.attacks[chosen[id] - actions.attack_base])
                if isinstance(chosen[id], tuple):
                    other = targets.get(chosen[id][1:])
                    if other is not None and group_of[other] != group:
                        target_of[id] = other
            attackers = {}
            for id, other in target_of.items():
                attackers.setdefault(other, []).append(id)
            damage = [world.description["types"][name]["damage"] for name in world.description["groups"]]
            for other, those in attackers.items():
                if health[other] - sum(damage[group_of[id]] for id in those) > 0.05:
                    continue
                called_off = those[1:]
                if isinstance(chosen[other], tuple):
                    called_off.append(other)
                for id in called_off:
                    chosen[id] = int(random.integers(len(world.actions[group_of[id]].moves)))
                    if id in target_of:
                        attackers[target_of[id]].remove(id)
            return chosen
        return choose
    return make


# ---- spaces and placements

RANGE_TYPES = [
    # width, length, speed, view, attack, turns
    *[(1, 1, speed, (4, 360), (1, 360), False) for speed in (0, 1, 1.5, 2, 2.5, 3)],
    *[(1, 1, 1, (4, 360), (radius, 360), False) for radius in (0, 1, 1.5, 2, 2.5, 3, 4)],
    *[(2, 2, 1, (5, 360), (radius, 360), False) for radius in (1, 1.5, 2, 2.5, 3)],
    *[(3, 3, 1, (6, 360), (radius, 360), False) for radius in (2, 2.5, 3)],
    *[(1, 1, 1, (radius, 360), (1, 360), False) for radius in (1, 2, 6, 7)],
    (1, 2, 1, (4, 360), (1.5, 360), True),
    (2, 1, 2, (4, 360), (2, 360), True),
    *[
        (width, width, 1, (radius, angle), (reach, angle), True)
        for width in (1, 2) for angle in (60, 90, 120, 150) for radius, reach in ((4, 2), (6, 3))
    ],
]


def spaces_of(engine, handle):
    height, width, channels = engine.get_view_space(handle)
    attack_base, view2attack = engine.get_view2attack(handle)
    return {
        "actions": int(engine.get_action_space(handle)[0]),
        "attack_base": attack_base,
        "view": [int(height), int(width), int(channels)],
        "features": int(engine.get_feature_space(handle)[0]),
        "view2attack": view2attack.tolist(),
    }


def record_spaces():
    environments = []
    for name in VERSIONS:
        version = VERSIONS[name]
        module = importlib.import_module(f"magent2.environments.{name}_v{version}")
        parallel = module.parallel_env(seed=0)
        size = parallel.map_size
        described = describe(standard_config(name, size))
        parallel.reset(seed=0)
        engine = parallel.env
        handles = engine.get_handles()
        with_minimap = GridWorld(standard_config(name, size, minimap_mode=True))
        entry = {
            "name": f"{name}_v{version}",
            "world": described,
            "max_cycles": parallel.max_cycles,
            "spaces": [spaces_of(engine, handle) for handle in handles],
            "spaces_with_minimap": [
                {
                    "view": [int(x) for x in with_minimap.get_view_space(handle)],
                    "features": int(with_minimap.get_feature_space(handle)[0]),
                }
                for handle in with_minimap.get_handles()
            ],
            "counts": [engine.get_num(handle) for handle in handles],
            "inner_wall_count": len(engine._get_walls_info()) - 4 * (size - 1),
            "agents": [parallel.possible_agents[0], parallel.possible_agents[-1]],
        }
        if name not in RANDOMLY_PLACED:
            walls = engine._get_walls_info().tolist()
            entry["ids"] = [engine.get_agent_id(handle).tolist() for handle in handles]
            entry["positions"] = [engine.get_pos(handle).reshape(-1).tolist() for handle in handles]
            entry["walls"] = [[x, y] for x, y in walls if 0 < x < size - 1 and 0 < y < size - 1]
        environments.append(entry)
    ranges = []
    for width, length, speed, view, attack, turns in RANGE_TYPES:
        def range_of(pair):
            return CircleRange(pair[0]) if pair[1] == 360 else SectorRange(*pair)
        type = {
            "width": width, "length": length, "speed": speed,
            "view_range": range_of(view), "attack_range": range_of(attack),
        }
        config = custom_config(20, 20, {"one": type}, turn_mode=turns)
        entry = {"type": describe_type(type), "turn_mode": turns}
        engine = GridWorld(config)
        ranges.append({**entry, **spaces_of(engine, engine.get_handles()[0])})
    document = {"magent2": PINS["magent2"], "environments": environments, "ranges": ranges}
    write(FOLDER / "spaces.json", document)


# ---- fights

def record_fights():
    def battle(size, **options):
        return lambda: standard_config("battle", size, **options)

    east, west, north = {0: hit(1, 0)}, {1: hit(-1, 0)}, {0: hit(0, -1)}
    scene(
        "battle-duel",
        battle(12),
        [(0, "custom", [(4, 5)]), (1, "custom", [(6, 5), (5, 4)])],
        # nothing, a miss, a step up, hits of one, of the other, of both, and a miss at a wall far away
        [{}, east, {0: go(1, 0)}, west, {**east, **west}, {0: hit(-1, 1)}, *[east] * 6, {}]
        # the second is at full health and dies of the sixth hit
        + [north] * 6,
        observe_before=True,
    )
    # five hits together leave nothing, which is not death, and then one kills
    ring = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1)]
    scene(
        "battle-together",
        battle(14, minimap_mode=True),
        [
            (0, "custom", [(4, 5), (6, 5), (5, 4), (5, 6), (4, 4), (10, 10)]),
            (1, "custom", [(5, 5), (9, 9)]),
        ],
        [
            {6: hit(1, 0), **{id: hit(*offset) for id, offset in enumerate(ring)}},
            {0: hit(1, 0)},
            {},
            {5: hit(-1, -1), 7: hit(1, 1)},
            {1: hit(1, 0), 5: hit(1, 1)},
        ],
        observe_before=True,
    )
    # own group: not hit at all where attack_in_group is off, but the penalty is paid
    scene(
        "battle-own-group",
        battle(12),
        [(0, "custom", [(4, 5), (5, 5), (5, 6)]), (1, "custom", [(8, 8), (9, 8)])],
        [
            {0: hit(1, 0)}, {0: hit(1, 0), 1: hit(-1, 0), 2: hit(0, -1)}, {3: hit(1, 0), 4: hit(-1, 0)},
            {0: hit(1, 0), 1: go(1, 0)}, {},
        ],
    )
    # two agents that hit each other, and chains, as long as nobody dies
    scene(
        "battle-chain",
        battle(12),
        [(0, "custom", [(3, 3), (5, 3), (5, 5)]), (1, "custom", [(4, 3), (4, 4), (6, 6)])],
        [
            {0: hit(1, 0), 3: hit(1, 0), 1: hit(-1, 1), 4: hit(1, 1), 2: hit(1, 1), 5: hit(-1, -1)},
            {0: hit(1, 0), 1: hit(-1, 0), 3: hit(-1, 0), 4: hit(-1, -1)},
            {0: hit(1, 1), 1: hit(-1, 1), 2: hit(-1, -1)},
            {0: go(0, 2), 3: go(0, 1), 4: go(-1, 0)},
            {},
        ],
    )
    random = numpy.random.default_rng(5)
    cells = [(x, y) for x in range(8, 22) for y in range(8, 22)]
    chosen = [cells[i] for i in random.permutation(len(cells))[:40]]
    scene(
        "battle-random",
        battle(30),
        [(0, "custom", chosen[:20]), (1, "custom", chosen[20:])],
        (30, random_battle(6)),
        observe=10,
    )


def record_arms():
    scene(
        "combined-arms",
        lambda: standard_config("combined_arms", 16, minimap_mode=False),
        [
            (0, "custom", [(4, 4), (5, 4), (4, 5)]),
            (1, "custom", [(5, 5), (6, 6)]),
            (2, "custom", [(6, 4), (10, 10)]),
            (3, "custom", [(7, 5), (8, 6), (9, 9)]),
        ],
        [
            {},
            # own group, team mates of the other group, and enemies of both kinds
            {0: hit(1, 0), 2: hit(0, -1)},
            {1: hit(0, 1), 3: hit(-1, -1)},
            {1: hit(1, 0), 3: hit(2, 0), 5: hit(-1, 0)},
            {3: hit(2, 0), 9: hit(1, 1)},
            {4: hit(2, 0), 9: hit(-1, -1), 6: hit(0, -1)},
            {4: hit(2, 0)},
            {2: hit(1, 0)},
            {9: go(-1, -1), 6: go(-1, 0), 4: go(0, 1)},
        ],
    )


# ---- moves

def mover(speed, **more):
    return {"speed": speed, "view_range": CircleRange(3), "attack_range": CircleRange(0), **more}


def record_moves():
    speeds = {"still": 0, "walker": 1, "trotter": 1.5, "runner": 2, "rider": 3}
    # every move of every speed and back, alone
    groups = {name: mover(speed) for name, speed in speeds.items()}
    types = [Actions(describe_type(type), False) for type in groups.values()]
    steps = []
    for i in range(max(len(type.moves) for type in types)):
        there = {id: i for id, type in enumerate(types) if i < len(type.moves)}
        back = {id: len(types[id].moves) - 1 - i for id in there}
        steps += [there, back]
    scene(
        "moves-all",
        lambda: custom_config(40, 12, {name: mover(speed) for name, speed in speeds.items()}),
        [(handle, "custom", [(4 + 7 * handle, 5)]) for handle in range(5)],
        steps,
        observe=0,
    )

    def conflict_config():
        return custom_config(24, 20, {
            name: mover(speed, step_reward=0.25) for name, speed in list(speeds.items())[1:]
        })

    walls = [(5, 9), (5, 10), (5, 11), (12, 10), (13, 10), (14, 10), (18, 3), (19, 3)]
    placements = [
        (-1, "custom", walls),
        # walkers: a row whose front comes last, a row whose front comes first, a pair that swaps, two
        # for one cell, one at a wall
        (0, "custom", [(2, 2), (3, 2), (4, 2), (10, 2), (9, 2), (8, 2)]),
        (0, "custom", [(2, 5), (3, 5), (2, 7), (4, 7), (4, 10)]),
        # trotters: a square that turns, one at a corner of walls, two crossing
        (1, "custom", [(14, 5), (15, 5), (15, 6), (14, 6), (17, 4), (20, 7), (21, 7)]),
        # runners: over a wall, onto a wall, over an agent, out of the map
        (2, "custom", [(4, 9), (3, 11), (12, 9), (10, 15), (11, 15), (1, 17)]),
        # riders: over two walls and an agent, for a cell that others want
        (3, "custom", [(13, 12), (7, 15), (13, 15), (22, 18)]),
    ]
    east = go(1, 0)
    scene(
        "moves-conflicts",
        conflict_config,
        placements,
        [
            {
                0: east, 1: east, 2: east, 3: east, 4: east, 5: east, 6: east, 7: go(-1, 0),
                8: east, 9: go(-1, 0), 10: east,
                11: east, 12: go(0, 1), 13: go(-1, 0), 14: go(0, -1),
                15: go(1, -1), 16: go(1, 1), 17: go(-1, 1),
                18: go(2, 0), 19: go(2, 0), 20: go(0, 2), 21: go(2, 0), 22: go(2, 0), 23: go(-2, 0),
                24: go(0, -3), 25: go(3, 0), 26: go(-3, 0), 27: go(3, 0),
            },
            {
                0: go(1, 0), 1: go(1, 0), 2: go(1, 0), 3: go(-1, 0), 4: go(-1, 0), 5: go(-1, 0),
                6: go(0, 1), 7: go(0, 1), 8: go(0, 1), 9: go(0, 1), 10: go(0, -1),
                11: go(1, 1), 12: go(-1, 1), 13: go(-1, -1), 14: go(1, -1),
                15: go(1, 0), 16: go(-1, 0), 17: go(1, 0),
                18: go(-2, 0), 19: go(1, -1), 20: go(0, -2), 21: go(0, 2), 22: go(-1, 1), 23: go(0, 2),
                24: go(0, 3), 25: go(2, 2), 26: go(-2, 2), 27: go(0, 3),
            },
            {id: go(0, -1) for id in range(28)},
            {id: go(-1, 0) for id in range(28)},
        ],
    )
    # groups that hand in their actions in another order than that of their handles
    scene(
        "moves-order",
        conflict_config,
        [(handle, "custom", [(5 + handle, 5), (5 + handle, 7)]) for handle in range(4)],
        [{id: go(sign, 0) for id in range(8)} for sign in (1, -1, 1, 1, -1)],
        order=[2, 0, 3, 1],
    )

    def crowd_config():
        return custom_config(20, 20, {
            name: mover(s, view_range=CircleRange(2)) for name, s in list(speeds.items())[1:]
        })

    random = numpy.random.default_rng(1)
    cells = [(x, y) for x in range(1, 11) for y in range(1, 11)]
    chosen = [cells[i] for i in random.permutation(len(cells))]
    scene(
        "moves-random",
        crowd_config,
        [(-1, "custom", chosen[:18]), (-1, "fill", 11, 3, 2, 8)]
        + [(handle, "custom", chosen[18 + 8 * handle:26 + 8 * handle]) for handle in range(4)],
        (30, random_moves(2)),
        observe=10,
    )
    # large maps keep agents near the borders of eight stripes for last
    cells = [(x, y) for x in range(40, 54) for y in range(1, 9)]
    chosen = [cells[i] for i in random.permutation(len(cells))]
    scene(
        "moves-large-map",
        lambda: custom_config(100, 99, {
            name: mover(s, view_range=CircleRange(1)) for name, s in list(speeds.items())[1:]
        }),
        [(-1, "custom", chosen[:10])]
        + [(handle, "custom", chosen[10 + 15 * handle:25 + 15 * handle]) for handle in range(4)],
        (20, random_moves(3)),
        observe=0,
    )
    # an agent that absorbs others is a goal: who runs into it is gone, and its health doubles
    def goals():
        config = custom_config(12, 10, {
            "walker": mover(1, hp=2, dead_penalty=-3),
            "goal": mover(1, hp=4, can_absorb=True),
        })
        a, b = AgentSymbol(0, "any"), AgentSymbol(1, "any")
        config.add_reward_rule(Event(a, "collide", b), receiver=[a, b], value=[1, 2])
        return config

    scene(
        "moves-absorb",
        goals,
        [(0, "custom", [(3, 3), (5, 3), (4, 6), (7, 7)]), (1, "custom", [(4, 3), (5, 6)])],
        [{0: go(1, 0)}, {1: go(-1, 0)}, {4: go(0, 1), 5: go(-1, 0)}, {2: go(1, 0)}, {5: go(1, 0)}, {}],
        observe_before=True,
    )
    # bodies of several cells
    body = {"view_range": CircleRange(4), "attack_range": CircleRange(2)}
    scene(
        "moves-bodies",
        lambda: custom_config(20, 16, {
            "square": mover(2, width=2, length=2),
            "tall": mover(1, length=3),
            "wide": mover(1.5, width=3),
        }),
        [
            (-1, "custom", [(6, 3), (10, 10)]),
            (0, "custom", [(2, 2), (4, 2), (12, 5), (17, 13)]),
            (1, "custom", [(3, 6), (4, 6), (9, 8)]),
            (2, "custom", [(6, 8), (6, 9), (15, 2)]),
        ],
        (24, random_moves(4)),
        observe=6,
    )


# ---- turns

def turners(damage):
    return {
        "scout": {
            "hp": 50, "damage": damage, "attack_penalty": -0.1, "speed": 1.5,
            "view_range": SectorRange(5, 120), "attack_range": SectorRange(2, 90),
        },
        "cart": {
            "width": 2, "length": 2, "hp": 60, "damage": damage, "step_recover": -0.25,
            "view_range": CircleRange(4), "attack_range": CircleRange(2),
        },
        "train": {
            "width": 1, "length": 2, "hp": 70, "damage": damage, "speed": 2, "step_recover": 0.5,
            "view_range": SectorRange(4, 90), "attack_range": CircleRange(1.5),
        },
        "barge": {
            "width": 2, "length": 1, "hp": 80, "damage": damage, "attack_in_group": True,
            "view_range": CircleRange(3), "attack_range": CircleRange(2),
        },
    }


def record_turns():
    def config(width, height, minimap=False):
        def make():
            made = custom_config(
                width, height, turners(1), turn_mode=True, minimap_mode=minimap, embedding_size=4
            )
            a, b = AgentSymbol(0, "any"), AgentSymbol(1, "any")
            made.add_reward_rule(Event(a, "attack", b), receiver=[a, b], value=[1, -1])
            return made
        return make

    every_way = [(0, EAST), (1, SOUTH), (2, WEST), (3, NORTH)]
    placements = [(-1, "custom", [(3, 1), (9, 4), (20, 12), (12, 18)])]
    for handle in range(4):
        placements.append((handle, "custom", [(3 + 5 * i, 3 + 5 * handle, way) for i, way in every_way]))
    everybody = range(16)
    scene(
        "turns-alone",
        config(24, 23),
        placements,
        [{id: RIGHT for id in everybody}] * 4 + [{id: LEFT for id in everybody}] * 2
        + [{id: go(0, -1) for id in everybody}, {id: go(1, 0) for id in everybody}]
        + [{id: LEFT for id in everybody}, {id: go(-1, 0) for id in everybody}],
    )
    # a long body between walls and others cannot turn; agents that turn and move in one step
    scene(
        "turns-blocked",
        config(16, 14),
        [
            (-1, "custom", [(2, 3), (9, 2), (6, 8)]),
            (0, "custom", [(4, 4, NORTH), (10, 10, EAST)]),
            (1, "custom", [(4, 10, EAST), (12, 3, WEST)]),
            (2, "custom", [(3, 3, NORTH), (6, 3, SOUTH), (7, 6, EAST), (10, 6, WEST), (12, 11, NORTH)]),
            (3, "custom", [(8, 2, EAST), (1, 8, NORTH), (7, 9, SOUTH)]),
        ],
        [
            {id: RIGHT for id in range(12)},
            {id: LEFT for id in range(12)},
            {id: LEFT for id in range(12)},
            {id: RIGHT if id % 2 else go(0, -1) for id in range(12)},
            {id: LEFT if id % 3 == 0 else go(0, 1) for id in range(12)},
            {id: RIGHT for id in range(12)}, {id: RIGHT for id in range(12)},
        ],
    )
    # every attack of every direction, among many
    scene(
        "turns-attacks",
        config(14, 13, True),
        [
            (0, "custom", [(2, 2, EAST), (6, 5, SOUTH), (4, 6, NORTH)]),
            (1, "custom", [(4, 2, EAST), (7, 6, WEST), (10, 3, SOUTH)]),
            (2, "custom", [(3, 1, SOUTH), (6, 8, EAST), (8, 3, NORTH)]),
            (3, "custom", [(4, 4, NORTH), (9, 8, WEST), (7, 2, SOUTH), (10, 6, EAST)]),
        ],
        (10, all_attacks()),
        observe=5,
    )
    scene(
        "turns-random",
        config(16, 15, True),
        [
            (-1, "custom", [(7, 7), (8, 7), (3, 9), (12, 3)]),
            (0, "custom", [(2, 2, 0), (5, 5, 1), (9, 9, 2)]),
            (1, "custom", [(2, 5, 1), (6, 9, 2), (10, 4, 3)]),
            (2, "custom", [(5, 2, 2), (9, 6, 3), (12, 8, 0)]),
            (3, "custom", [(7, 2, 3), (3, 11, 0), (12, 11, 1)]),
        ],
        (24, random_actions(9)),
        observe=6,
    )


def all_attacks():
    """In step k everybody takes its attack of number k."""
    def make():
        def choose(step, world):
            chosen = {}
            for handle, ids, actions in zip(world.handles, world.ids(), world.actions):
                attacks = int(world.engine.get_action_space(handle)[0]) - actions.attack_base
                chosen.update({id: actions.attack_base + step % attacks for id in ids})
            return chosen
        return choose
    return make


# ---- pursuit, gathering, tigers and deer

def record_pursuit():
    def pursuit(size):
        return lambda: standard_config("adversarial_pursuit", size, minimap_mode=True)

    scene(
        "pursuit",
        pursuit(14),
        [
            (-1, "custom", [(5, 8), (6, 8), (9, 3)]),
            (0, "custom", [(4, 4), (7, 4), (4, 10)]),
            (1, "custom", [(6, 4), (6, 5), (4, 6), (10, 10), (3, 9)]),
        ],
        [
            {},
            # to the right, to the left, at nothing
            {0: hit(1, -1), 1: hit(-2, -1), 2: hit(1, 0)},
            # two tag the same prey, which flees in the same step
            {0: hit(1, 0), 1: hit(-2, 0), 4: go(-1, 0), 2: hit(-2, 0)},
            # below; a move into an agent; a move past a wall; a move onto its own cells
            {0: hit(-1, 1), 1: go(-1, 0), 2: go(0, -1)},
            {0: go(0, 1), 1: go(1, 0), 2: go(1, 0), 6: go(-1, -1), 7: go(1, 1)},
            {0: go(0, 1), 1: go(0, -1), 5: go(1, 1), 3: go(1, -1)},
        ],
        observe_before=True,
    )
    random = numpy.random.default_rng(10)
    cells = [(x, y) for x in range(1, 15) for y in range(1, 15)]
    chosen = [cells[i] for i in random.permutation(len(cells))]
    scene(
        "pursuit-random",
        pursuit(16),
        [(-1, "custom", chosen[:8]), (0, "custom", chosen[8:18]), (1, "custom", chosen[18:34])],
        (24, random_actions(11)),
        observe=8,
    )


def record_gathering():
    east, west = hit(1, 0), hit(-1, 0)
    scene(
        "gather",
        lambda: standard_config("gather", 20),
        [
            # acting agents come first, as in the environment, although food is group 0
            (1, "custom", [(4, 5), (6, 5), (10, 10), (11, 10), (15, 15)]),
            (0, "custom", [(5, 5), (5, 8), (16, 15)]),
            # no place left: ignored, and the next agent has the next number
            (0, "custom", [(5, 5), (12, 12)]),
        ],
        [
            {0: east}, {0: east, 1: west}, {0: east}, {1: west},
            # an omnivore eats another, and one walks off with three cells
            {2: east}, {4: go(-3, 0)}, {0: go(2, 2), 4: go(3, 0)},
            {0: go(-2, 1)}, {0: go(1, 0), 1: go(0, 3)},
            {4: east}, {4: east}, {4: east}, {4: east}, {4: east}, {4: east}, {2: go(2, 2)},
        ],
        order=[1],
        observe_before=False,
    )


def record_tigers():
    def tigers(size, **options):
        return lambda: standard_config("tiger_deer", size, **options)

    around = [(1, 0), (-1, 0), (0, 1), (0, -1)]
    together = {1 + id: hit(*offset) for id, offset in enumerate(around)}
    scene(
        "tiger-together",
        tigers(16, minimap_mode=True),
        [
            (0, "custom", [(5, 5)]),
            (1, "custom", [(4, 5), (6, 5), (5, 4), (5, 6)]),
            (0, "custom", [(10, 10)]),
            (1, "custom", [(11, 10)]),
        ],
        [
            # all four, one, and, after it has recovered a little, two, and three; it dies of one more
            together, {1: together[1]}, *[{}] * 8,
            {id: together[id] for id in (2, 4)}, *[{}] * 15,
            {id: together[id] for id in (1, 2, 3)}, {2: together[2]},
            {6: hit(-1, 0)}, {6: hit(1, 0)},
        ],
        observe=4,
    )
    scene(
        "tiger-supply",
        tigers(12, tiger_step_recover=-3),
        [
            (1, "custom", [(4, 5), (8, 8), (6, 5), (5, 4), (5, 6)]),
            (0, "custom", [(5, 5), (9, 3)]),
        ],
        # 10, 7, 4, 1, and after the kill 9 and 6
        [
            {0: hit(1, 0), 2: hit(-1, 0), 3: hit(0, 1), 4: hit(0, -1)},
            {0: hit(1, 0)}, {}, {0: hit(1, 0)}, {}, {}, {},
        ],
    )
    scene(
        "tiger-supply-cap",
        tigers(12, tiger_step_recover=-1.5),
        [
            (1, "custom", [(4, 5), (6, 5), (5, 4), (5, 6)]),
            (0, "custom", [(5, 5), (9, 3)]),
        ],
        # the killer has 5.5, of 10, when it gets 8
        [
            {0: hit(1, 0), 1: hit(-1, 0), 2: hit(0, 1), 3: hit(0, -1)},
            {0: hit(1, 0)}, {}, {0: hit(1, 0)}, *[{}] * 7,
        ],
    )
    for name, recover, steps in [("tiger-starves", -0.1, 103), ("tiger-starves-faster", -0.2, 53)]:
        scene(
            name,
            tigers(10, tiger_step_recover=recover),
            [(1, "custom", [(4, 5)]), (0, "custom", [(6, 5)])],
            [{}] * steps,
            observe=10,
        )
    # who hits and starves in the same step keeps the reward of the rule, not the penalty before it
    scene(
        "tiger-last-hit",
        starving_config,
        [(0, "custom", [(4, 5), (6, 5)]), (1, "custom", [(5, 5)])],
        [{0: hit(1, 0)}, {0: hit(1, 0), 1: hit(-1, 0)}, {}],
        observe_before=True,
    )


def starving_config():
    config = custom_config(12, 10, {
        "hunter": {
            "hp": 3, "step_recover": -2, "damage": 1, "attack_penalty": -0.25, "dead_penalty": -4,
            "view_range": CircleRange(2), "attack_range": CircleRange(1), "step_reward": 0.5,
        },
        "prey": {
            "hp": 9, "dead_penalty": -2, "view_range": CircleRange(2), "attack_range": CircleRange(0),
        },
    })
    a, b = AgentSymbol(0, "any"), AgentSymbol(1, "any")
    config.add_reward_rule(Event(a, "attack", b), receiver=[a, b], value=[1.5, -0.5])
    return config


# ---- observations

def record_observations():
    def type(radius, **more):
        return {
            "hp": 8, "view_range": CircleRange(radius), "attack_range": CircleRange(1.5),
            "damage": 3, "step_reward": -0.125, "attack_penalty": -0.25, **more,
        }

    def lone():
        groups = {"watcher": type(4, speed=2)}
        return custom_config(37, 31, groups, minimap_mode=True, embedding_size=10)

    corners = [(x, y) for y in (1, 15, 29) for x in (1, 18, 35)]
    near = [(4, 8), (32, 8), (9, 3), (27, 27)]
    scene("observe-borders", lone, [(0, "custom", corners + near)], (4, random_moves(13)))
    # three groups of different sight on a map that is not square
    def three(minimap):
        def make():
            config = custom_config(
                19, 13,
                {
                    "near": type(2),
                    "middle": type(3.5, speed=2),
                    "far": type(5, width=2, length=2, attack_range=CircleRange(2)),
                },
                minimap_mode=minimap, embedding_size=10,
            )
            symbols = [AgentSymbol(group, "any") for group in range(3)]
            for first, second in itertools.permutations(range(3), 2):
                rule = Event(symbols[first], "attack", symbols[second])
                config.add_reward_rule(rule, receiver=symbols[first], value=0.5 + first + 0.25 * second)
            return config
        return make

    placements = [
        (-1, "custom", [(6, 6), (12, 4), (12, 5)]),
        (0, "custom", [(3, 3), (5, 6), (16, 10)]),
        (1, "custom", [(4, 3), (10, 6), (11, 9), (1, 11)]),
        (2, "custom", [(3, 5), (14, 4), (8, 9)]),
    ]
    fights = [
        {}, {0: hit(1, 0), 3: hit(-1, 0), 7: hit(1, 0)}, {0: hit(1, 0), 8: hit(1, 0)},
        {0: go(-1, 0), 4: go(2, 0), 5: go(-1, -1), 7: hit(1, -1), 9: go(0, -1)},
        {3: go(0, 2), 1: go(0, 1), 8: go(1, 0), 2: go(0, -1)},
        {7: hit(1, 0), 3: hit(-1, 0)},
    ]
    for name, minimap in [("observe-three-groups", False), ("observe-three-groups-minimap", True)]:
        scene(name, three(minimap), placements, fights, observe_before=minimap)


# ---- rules

def record_rules():
    walker = {"view_range": CircleRange(1), "attack_range": CircleRange(1)}

    def places():
        config = custom_config(8, 8, {
            "ones": dict(walker, speed=1.5), "twos": dict(walker, step_reward=0.03125),
        })
        a, b, c = AgentSymbol(0, "any"), AgentSymbol(1, "any"), AgentSymbol(0, "any")
        ones, twos = AgentSymbol(0, "all"), AgentSymbol(1, "all")
        box, other = ((1, 1), (5, 5)), ((6, 7), (2, 3))
        # values are distinct powers of two, so that a sum says which rules paid
        config.add_reward_rule(Event(a, "in", box), receiver=a, value=1)
        config.add_reward_rule(Event(b, "at", (3, 4)), receiver=b, value=2)
        config.add_reward_rule(~Event(b, "in", other), receiver=b, value=4)
        config.add_reward_rule(Event(ones, "in", box), receiver=ones, value=8)
        config.add_reward_rule(Event(ones, "in", box), receiver=twos, value=16)
        config.add_reward_rule(
            Event(a, "in", other) & Event(b, "in", box), receiver=[a, b], value=[32, 64]
        )
        # two symbols of a group are never the same agent
        config.add_reward_rule(Event(a, "in", box) & Event(c, "in", box), receiver=[a], value=[128])
        either = Event(b, "at", (2, 2)) | Event(b, "at", (5, 5))
        config.add_reward_rule(either, receiver=[twos], value=[256])
        return config

    scene(
        "rules-places",
        places,
        [(0, "custom", [(2, 2), (3, 3), (4, 4)]), (1, "custom", [(3, 4), (5, 5), (2, 1), (6, 6)])],
        (24, random_moves(17)),
        observe=12,
    )

    def goal():
        config = custom_config(9, 7, {"ones": dict(walker, step_reward=-1), "twos": dict(walker)})
        a, b = AgentSymbol(0, "any"), AgentSymbol(1, "any")
        config.add_reward_rule(Event(a, "at", (5, 3)), receiver=a, value=10, terminal=True)
        config.add_reward_rule(Event(b, "at", (5, 3)), receiver=b, value=3)
        return config

    scene(
        "rules-terminal",
        goal,
        [(0, "custom", [(3, 3), (2, 2)]), (1, "custom", [(6, 3)])],
        [{2: go(-1, 0)}, {2: go(0, 1)}, {0: go(1, 0)}, {0: go(1, 0)}, {0: go(1, 0)}, {}],
    )

    def bumps():
        config = custom_config(10, 8, {"ones": dict(walker), "twos": dict(walker)})
        a, b, c = AgentSymbol(0, "any"), AgentSymbol(1, "any"), AgentSymbol(0, "any")
        config.add_reward_rule(Event(a, "collide", b), receiver=[a, b], value=[-1, -2])
        config.add_reward_rule(Event(b, "collide", a), receiver=[a, b], value=[-4, -8])
        config.add_reward_rule(Event(a, "collide", c), receiver=[a, c], value=[-16, -32])
        return config

    east, west = go(1, 0), go(-1, 0)
    scene(
        "rules-collide",
        bumps,
        [
            (-1, "custom", [(7, 5)]),
            (0, "custom", [(2, 2), (3, 2), (6, 5), (1, 6)]),
            (1, "custom", [(4, 2), (5, 5), (8, 3)]),
        ],
        [
            {0: east}, {1: east}, {4: west}, {0: east, 1: east, 4: west}, {2: east}, {2: west, 5: east},
            # walls and the edge are not bumped into; a cell left in time is not either
            {3: west, 6: east}, {1: go(0, -1), 0: east}, {0: east, 1: go(0, 1)}, {},
        ],
    )

    fighter = dict(walker, hp=3, damage=2, attack_penalty=-0.125)

    def fights():
        config = custom_config(10, 9, {
            "ones": dict(fighter), "twos": dict(fighter, dead_penalty=-0.5, kill_reward=0.25),
        })
        a, b = AgentSymbol(0, "any"), AgentSymbol(1, "any")
        ones, twos = AgentSymbol(0, "all"), AgentSymbol(1, "all")
        first, last = symbol(0, 0), symbol(1, 2)
        config.add_reward_rule(Event(a, "kill", b), receiver=[a, ones, twos], value=[1, 2, -2])
        config.add_reward_rule(Event(b, "die"), receiver=[b], value=[-4])
        config.add_reward_rule(Event(a, "attack", b), receiver=[a, b], value=[8, -8])
        # one agent, by its place in its group, as the one that hits and as the one that is hit
        config.add_reward_rule(Event(first, "attack", b), receiver=[first], value=[16])
        config.add_reward_rule(Event(a, "attack", last), receiver=[a], value=[32])
        config.add_reward_rule(Event(a, "attack", b) | Event(a, "kill", b), receiver=[a], value=[64])
        config.add_reward_rule(~Event(a, "attack", b), receiver=[a], value=[128])
        # all of them at the same agent
        config.add_reward_rule(Event(ones, "attack", b), receiver=[ones, b], value=[256, 512])
        config.add_reward_rule(Event(twos, "die"), receiver=[ones], value=[1024])
        return config

    scene(
        "rules-fights",
        fights,
        [(0, "custom", [(3, 3), (5, 3)]), (1, "custom", [(4, 3), (3, 4), (5, 4), (4, 4)])],
        [
            {}, {1: hit(-1, 0)}, {1: hit(0, 1)}, {0: hit(1, 0)}, {0: hit(0, 1)}, {1: hit(0, 1)},
            {0: hit(0, 1)}, {1: hit(0, 1)}, {0: go(0, 1)}, {0: hit(1, 0)}, {0: hit(1, 0)}, {},
        ],
    )

    def together():
        config = custom_config(10, 9, {"ones": dict(fighter), "twos": dict(fighter, hp=30)})
        b = AgentSymbol(1, "any")
        ones, twos = AgentSymbol(0, "all"), AgentSymbol(1, "all")
        config.add_reward_rule(Event(ones, "attack", b), receiver=[ones, b], value=[1, 2])
        config.add_reward_rule(Event(ones, "in_a_line"), receiver=[ones, twos], value=[4, 8])
        config.add_reward_rule(Event(twos, "in_a_line"), receiver=[twos], value=[16])
        return config

    scene(
        "rules-together",
        together,
        [(0, "custom", [(3, 3), (4, 3), (5, 3)]), (1, "custom", [(4, 4), (7, 7)])],
        [
            {}, {1: hit(0, 1)}, {0: go(0, 1), 2: go(0, 1)}, {0: hit(1, 0), 1: hit(0, 1), 2: hit(-1, 0)},
            {0: hit(1, 0), 2: hit(-1, 0)}, {3: go(0, 1)}, {1: go(0, 1)}, {4: go(0, -1)}, {4: go(-1, 0)},
            {3: go(1, 0)}, {4: go(-1, 0), 3: go(0, 1)}, {4: go(0, 1)}, {},
        ],
    )

    def numbers():
        config = custom_config(10, 9, {"ones": dict(fighter), "twos": dict(fighter, hp=30)})
        a, b = AgentSymbol(0, "any"), AgentSymbol(1, "any")
        for number in range(2):
            is_hit, hits = Event(a, "attack", symbol(1, number)), Event(symbol(0, number), "attack", b)
            config.add_reward_rule(is_hit, receiver=[a], value=[1 + number])
            config.add_reward_rule(hits, receiver=[b], value=[4 + 4 * number])
        return config

    both = {0: hit(1, 0), 1: hit(1, 0)}
    scene(
        "rules-numbers",
        numbers,
        [(0, "custom", [(3, 3), (3, 5)]), (1, "custom", [(4, 3), (4, 5)])],
        [both, both, {1: hit(1, 0)}, {0: hit(1, 0)}],
    )
    # a long body within its own reach
    scene(
        "attack-itself",
        lambda: custom_config(10, 9, {"long": {
            "length": 2, "hp": 20, "damage": 1, "attack_in_group": True, "attack_penalty": -0.125,
            "view_range": CircleRange(3), "attack_range": CircleRange(1.5),
        }}),
        [(0, "custom", [(4, 4), (7, 2)])],
        [{id: 5 + number for id in range(2)} for number in range(8)],
    )


# ---- food and placements

def record_food():
    def config():
        made = custom_config(12, 10, {
            "eater": {
                "hp": 5, "damage": 3, "eat_ability": 1.5, "step_recover": -0.5, "attack_penalty": -0.125,
                "food_supply": 2, "view_range": CircleRange(3), "attack_range": CircleRange(1.5),
            },
            "meal": {
                "hp": 2, "food_supply": 6, "view_range": CircleRange(1), "attack_range": CircleRange(0),
                "kill_supply": 1, "kill_reward": 3, "dead_penalty": -2,
            },
        }, food_mode=True)
        a, b = AgentSymbol(0, "any"), AgentSymbol(1, "any")
        made.add_reward_rule(Event(a, "attack", b), receiver=a, value=1)
        made.add_reward_rule(Event(a, "collide", b), receiver=a, value=10)
        return made

    east, west = hit(1, 0), hit(-1, 0)
    scene(
        "food",
        config,
        [(0, "custom", [(3, 4), (5, 4), (8, 7)]), (1, "custom", [(4, 4), (7, 6), (9, 2)])],
        [
            {}, {},
            {0: east}, {0: go(1, 0)}, {0: east}, {0: east, 1: west}, {1: west}, {0: go(1, 0)},
            {2: hit(-1, -1), 1: go(1, 0)}, {2: hit(-1, -1)}, {2: go(-1, 0)}, {2: go(0, -1)},
            # all starve, and leave nothing
            *[{}] * 8,
        ],
    )


def record_placements():
    type = {"view_range": CircleRange(2), "attack_range": CircleRange(0)}

    def config():
        return custom_config(16, 14, {
            "small": dict(type), "large": dict(type, width=2, length=3), "wide": dict(type, width=3),
        }, turn_mode=True)

    scene(
        "placements",
        config,
        [
            (-1, "custom", [(3, 3), (3, 3), (0, 0), (14, 1)]),
            # on a wall, on the edge, twice at one place
            (0, "custom", [(3, 3), (4, 3), (15, 5), (4, 3), (5, 3)]),
            # by facing, a body of 2 by 3 has another outline; some find no room
            (1, "custom", [(5, 5, NORTH), (7, 5, EAST), (8, 6, SOUTH), (7, 7, WEST)]),
            (1, "custom", [(13, 11, NORTH), (13, 10, NORTH)]),
            # a block tiled with bodies, over agents and walls
            (1, "fill", 1, 8, 6, 6, EAST),
            (2, "fill", 10, 2, 5, 3, NORTH),
            (2, "fill", 10, 6, 3, 4, WEST),
            # walls on agents are left out
            (-1, "fill", 3, 2, 4, 3),
            (0, "custom", [(5, 2), (2, 2), (1, 1)]),
            (0, "fill", 8, 1, 2, 2),
        ],
        [{}, {0: go(0, -1)}],
    )


# ---- the interface for many agents

def record_interface():
    """Battle through the parallel interface, which observes before the dead are cleared."""
    def positions_in(parallel):
        handles = parallel.env.get_handles()
        return [parallel.env.get_pos(handle).reshape(-1).tolist() for handle in handles]

    def watched(observations):
        """The channels of the view, and the features, which are the same in every cell."""
        kept = {}
        for agent, observation in observations.items():
            if agent in WATCHED:
                views, features = numpy.split(observation, [7], axis=2)
                assert (features == features[0, 0]).all()
                kept[agent] = {"view": sparse(views), "features": sparse(features[0, 0])}
        return kept

    def run(seed):
        parallel = battle_v4.parallel_env(
            map_size=12, minimap_mode=True, extra_features=True, max_cycles=18, seed=seed
        )
        observations, infos = parallel.reset(seed=seed)
        random = numpy.random.default_rng(19)
        actions = Actions(describe_type({"speed": 2, "attack_range": CircleRange(1.5)}), False)
        red, blue = parallel.env.get_handles()
        document = {
            "options": {"map_size": 12, "minimap_mode": True, "extra_features": True, "max_cycles": 18},
            "agents": list(parallel.agents),
            "observation_shape": list(next(iter(observations.values())).shape),
            "start": {
                "positions": positions_in(parallel),
                "observations": watched(observations),
                "state": sparse(parallel.state()),
            },
            "steps": [],
        }
        while parallel.agents:
            # the last of red walks up to the first of blue and hits it; the others walk about
            own = parallel.env.get_pos(red)[-1]
            target = parallel.env.get_pos(blue)[0]
            chosen = {agent: int(random.integers(len(actions.moves))) for agent in parallel.agents}
            blue_names = [agent for agent in parallel.agents if agent.startswith("blue")]
            chosen[blue_names[0]] = actions.number(IDLE)
            offset = tuple(int(x) for x in target - own)
            hunter = [agent for agent in parallel.agents if agent.startswith("red")][-1]
            if offset in actions.attacks:
                chosen[hunter] = actions.number(hit(*offset))
            else:
                nearer = min(actions.moves, key=lambda move: math.dist(move, offset))
                chosen[hunter] = actions.number(go(*nearer))
            observations, rewards, terminations, truncations, _ = parallel.step(chosen)
            step = {
                "actions": chosen,
                "rewards": {agent: number_of(x) for agent, x in rewards.items()},
                "terminations": terminations,
                "truncations": truncations,
                "agents": list(parallel.agents),
                "positions": positions_in(parallel),
                "observations": watched(observations),
            }
            if all(parallel.env.get_num(handle) for handle in (red, blue)):
                step["state"] = sparse(parallel.state())
            document["steps"].append(step)
        return document

    documents = [run(seed) for seed in SEEDS]
    assert all(document == documents[0] for document in documents)
    write(FOLDER / "interface.json", documents[0])


def main():
    for package, version in PINS.items():
        found = importlib.metadata.version(package)
        assert found == version, f"{package} {found} is installed; the recordings need {version}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    record_spaces()
    record_interface()
    record_fights()
    record_arms()
    record_moves()
    record_turns()
    record_pursuit()
    record_gathering()
    record_tigers()
    record_observations()
    record_rules()
    record_food()
    record_placements()


if __name__ == "__main__":
    main()
