"""A plain JAX TD3: the whole update, the replay and the next action in one compiled function.

The replay stays with the compiled function and is updated in place, as are the weights, and what
the policy delay leaves out is not branched around but compiled away. One call for each step keeps
what JAX spends on a call small.
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy

import setting
from turns import Turns

Layers = list[tuple[jax.Array, jax.Array]]
FEATURES = setting.OBSERVATIONS + setting.ACTIONS
# where a transition's parts begin, the first apart
PARTS = [setting.OBSERVATIONS, FEATURES, FEATURES + setting.OBSERVATIONS, setting.RECORD - 1]


class Networks(NamedTuple):
    """An actor and two critics."""

    actor: Layers
    critics: tuple[Layers, Layers]


class Agent(NamedTuple):
    """Everything that an update changes."""

    online: Networks
    targets: Networks
    first_moments: Networks
    second_moments: Networks
    replay: jax.Array
    key: jax.Array


def layers(key: jax.Array, inputs: int, outputs: int) -> Layers:
    sizes = [inputs, *setting.HIDDEN, outputs]
    made = []
    for key, rows, columns in zip(jax.random.split(key, len(sizes) - 1), sizes, sizes[1:]):
        bound = rows**-0.5
        weight = jax.random.uniform(key, (rows, columns), minval=-bound, maxval=bound)
        made.append((weight, jnp.zeros(columns)))
    return made


def forward(network: Layers, x: jax.Array) -> jax.Array:
    for weight, bias in network[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = network[-1]
    return x @ weight + bias


def act(actor: Layers, observations: jax.Array) -> jax.Array:
    return jnp.tanh(forward(actor, observations))


def value(critic: Layers, observations: jax.Array, actions: jax.Array) -> jax.Array:
    return forward(critic, jnp.concatenate([observations, actions], axis=1))[:, 0]


def adam(
    gradients: Any, weights: Any, first: Any, second: Any, count: jax.Array
) -> tuple[Any, Any, Any]:
    """Step `count` of Adam, on trees of arrays; returns new weights and moments."""
    scale = setting.LEARNING_RATE * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    floor = 1e-8 * jnp.sqrt(1 - 0.999**count)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
    weights = jax.tree.map(
        lambda w, m, v: w - scale * m / (jnp.sqrt(v) + floor), weights, first, second
    )
    return weights, first, second


@functools.partial(jax.jit, donate_argnums=0, static_argnames="delayed")
def train(
    agent: Agent, record: jax.Array, observation: jax.Array, step: jax.Array, delayed: bool
) -> tuple[Agent, jax.Array]:
    """Stores a transition, learns, and chooses the next action.

    `delayed` says whether the actor and the targets have to wait for the next step.
    """
    key, row_key, target_key, action_key = jax.random.split(agent.key, 4)
    capacity = len(agent.replay)
    replay = jax.lax.dynamic_update_slice(agent.replay, record[None], (step % capacity, 0))
    batch = replay[jax.random.randint(row_key, (setting.BATCH,), 0, capacity)]
    observations, actions, next_observations, rewards, continuations = jnp.split(
        batch, PARTS, axis=1
    )

    noise = setting.TARGET_NOISE * jax.random.normal(target_key, actions.shape)
    noise = jnp.clip(noise, -setting.TARGET_NOISE_CLIP, setting.TARGET_NOISE_CLIP)
    next_actions = jnp.clip(act(agent.targets.actor, next_observations) + noise, -1, 1)
    next_value = jnp.minimum(
        *(value(critic, next_observations, next_actions) for critic in agent.targets.critics)
    )
    goals = rewards[:, 0] + setting.DISCOUNT * continuations[:, 0] * next_value

    def critic_loss(critics: tuple[Layers, Layers]) -> jax.Array:
        errors = [value(critic, observations, actions) - goals for critic in critics]
        return sum(jnp.mean(error**2) for error in errors)

    gradients = jax.grad(critic_loss)(agent.online.critics)
    critics, critic_first, critic_second = adam(
        gradients, agent.online.critics, agent.first_moments.critics,
        agent.second_moments.critics, step + 1,
    )
    actor, targets = agent.online.actor, agent.targets
    actor_first, actor_second = agent.first_moments.actor, agent.second_moments.actor

    if not delayed:

        def actor_loss(actor: Layers) -> jax.Array:
            return -jnp.mean(value(critics[0], observations, act(actor, observations)))

        gradients = jax.grad(actor_loss)(actor)
        actor, actor_first, actor_second = adam(
            gradients, actor, actor_first, actor_second, (step + 1) // setting.POLICY_DELAY
        )
        targets = jax.tree.map(
            lambda target, weight: target + setting.TARGET_UPDATE_RATE * (weight - target),
            targets, Networks(actor, critics),
        )

    action = act(actor, observation)
    action += setting.EXPLORATION_NOISE * jax.random.normal(action_key, action.shape)
    agent = Agent(
        Networks(actor, critics), targets, Networks(actor_first, critic_first),
        Networks(actor_second, critic_second), replay, key,
    )
    return agent, jnp.clip(action, -1, 1)


def new_agent(replay_rows: int) -> Agent:
    keys = jax.random.split(jax.random.key(1), 4)
    critics = tuple(layers(key, FEATURES, 1) for key in keys[:2])
    online = Networks(layers(keys[2], setting.OBSERVATIONS, setting.ACTIONS), critics)
    copies = [jax.tree.map(function, online) for function in (jnp.copy, *[jnp.zeros_like] * 2)]
    return Agent(online, *copies, jnp.asarray(setting.noise(replay_rows)), keys[3])


def main() -> None:
    options = setting.arguments()
    agent = new_agent(options.replay_rows)
    environment = setting.make_environment()
    observation, _ = environment.reset(seed=0)
    action = environment.action_space.sample()
    record = numpy.empty(setting.RECORD, numpy.float32)
    turns, step = Turns(), 0
    while True:
        following, reward, terminated, truncated, _ = environment.step(action)
        record[: setting.OBSERVATIONS] = observation
        record[setting.OBSERVATIONS : FEATURES] = action
        record[FEATURES:-2] = following
        record[-2:] = reward, not terminated
        observation = environment.reset()[0] if terminated or truncated else following
        delayed = (step + 1) % setting.POLICY_DELAY != 0
        agent, action = train(agent, record, observation.astype(numpy.float32), step, delayed)
        action = numpy.asarray(action)
        step += 1
        turns.step_done()


if __name__ == "__main__":
    main()
