"""A plain PyTorch TD3 for networks that are made elsewhere."""

import copy

import numpy
import torch
from torch import nn
from torch.nn import functional

import setting
from turns import Turns

FEATURES = setting.OBSERVATIONS + setting.ACTIONS


class Actor(nn.Module):
    """The deterministic policy."""

    def __init__(self) -> None:
        super().__init__()
        self.net = network(setting.OBSERVATIONS, setting.ACTIONS)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.net(observations))


class Critic(nn.Module):
    """The value of observations and actions beside one another."""

    def __init__(self) -> None:
        super().__init__()
        self.net = network(FEATURES, 1)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.net(inputs)


def network(inputs: int, outputs: int) -> nn.Sequential:
    first, second = setting.HIDDEN
    return nn.Sequential(
        nn.Linear(inputs, first),
        nn.ReLU(),
        nn.Linear(first, second),
        nn.ReLU(),
        nn.Linear(second, outputs),
    )


class TD3:
    """The agent: six networks, two optimisers."""

    def __init__(self, actor: Actor, critics: nn.ModuleList) -> None:
        self.actor, self.critics = actor, critics
        self.target_actor = copy.deepcopy(actor).requires_grad_(False)
        self.target_critics = copy.deepcopy(critics).requires_grad_(False)
        self.actor_optimiser = torch.optim.Adam(
            actor.parameters(), setting.LEARNING_RATE, fused=True
        )
        self.critic_optimiser = torch.optim.Adam(
            critics.parameters(), setting.LEARNING_RATE, fused=True
        )
        self.online = [*actor.parameters(), *critics.parameters()]
        self.targets = [*self.target_actor.parameters(), *self.target_critics.parameters()]
        self.gradient_step = 0

    def gradients_done(self, module: nn.Module) -> None:
        """What becomes of the gradients of `module` before its optimiser sees them: nothing."""

    @torch.no_grad()
    def act(self, observation: numpy.ndarray) -> numpy.ndarray:
        """One action, with the noise of exploration."""
        action = self.actor(torch.as_tensor(observation, dtype=torch.float32)[None])[0].numpy()
        noise = setting.EXPLORATION_NOISE * numpy.random.standard_normal(setting.ACTIONS)
        return numpy.clip(action + noise, -1, 1).astype(numpy.float32)

    def update(self, batch: torch.Tensor) -> None:
        """One gradient step."""
        self.gradient_step += 1
        inputs, next_observations, reward, continuation = batch.split(
            [FEATURES, setting.OBSERVATIONS, 1, 1], dim=1
        )
        with torch.no_grad():
            noise = torch.randn(len(batch), setting.ACTIONS) * setting.TARGET_NOISE
            noise.clamp_(-setting.TARGET_NOISE_CLIP, setting.TARGET_NOISE_CLIP)
            next_actions = (self.target_actor(next_observations) + noise).clamp_(-1, 1)
            next_inputs = torch.cat([next_observations, next_actions], dim=1)
            next_value = torch.minimum(*(critic(next_inputs) for critic in self.target_critics))
            goal = reward + setting.DISCOUNT * continuation * next_value

        loss = sum(functional.mse_loss(critic(inputs), goal) for critic in self.critics)
        self.critic_optimiser.zero_grad()
        loss.backward()
        self.gradients_done(self.critics)
        self.critic_optimiser.step()
        if self.gradient_step % setting.POLICY_DELAY == 0:
            self.update_actor(inputs[:, : setting.OBSERVATIONS])

    def update_actor(self, observations: torch.Tensor) -> None:
        """The part that waits: one step of the actor, and the targets follow."""
        # the critic's own gradients are not wanted, so they are not computed
        self.critics[0].requires_grad_(False)
        value = self.critics[0](torch.cat([observations, self.actor(observations)], dim=1))
        self.actor_optimiser.zero_grad()
        (-value.mean()).backward()
        self.critics[0].requires_grad_(True)
        self.gradients_done(self.actor)
        self.actor_optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.targets, self.online, setting.TARGET_UPDATE_RATE)


def train_in_turns(agent: TD3, replay_rows: int) -> None:
    """Trains, and pauses while others have their turn."""
    replay = setting.noise(replay_rows)
    environment = setting.make_environment()
    random = numpy.random.default_rng(4)
    observation, _ = environment.reset(seed=0)
    turns, step = Turns(), 0
    while True:
        action = agent.act(observation)
        following, reward, terminated, truncated, _ = environment.step(action)
        row = replay[step % replay_rows]
        row[: setting.OBSERVATIONS] = observation
        row[setting.OBSERVATIONS : FEATURES] = action
        row[FEATURES:-2] = following
        row[-2:] = reward, not terminated
        observation = environment.reset()[0] if terminated or truncated else following
        step += 1
        agent.update(torch.from_numpy(replay[random.integers(replay_rows, size=setting.BATCH)]))
        turns.step_done()
