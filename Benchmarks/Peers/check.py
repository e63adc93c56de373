"""Checks that the peers written here do what TD3 does, before anything is measured.

They learn from the same transition, without noise, from the same weights: what their networks
compute afterwards must agree. Masks must hold, and the numbers of weights must be right.
"""

import copy

import jax
import jax.numpy as jnp
import numpy
import torch
from torch import nn

import jax_td3
import masked_pytorch_td3
import pytorch_td3
import setting
import sparseprop_td3

STEPS = 20
# rounding differs by about 5e-6 after that, and a target that averages wrongly by 1e-3
TOLERANCE = 1e-4


def main() -> None:
    torch.manual_seed(1)
    setting.TARGET_NOISE = 0.0
    for sparsity, kept in [("2:4", 0.5), ("1:8", 0.125), ("95%", 0.05)]:
        check_masks(sparsity, kept)
    check_jax()
    check_sparseprop()


def check_masks(sparsity: str, kept: float) -> None:
    """Masked weights stay zero, online and in the targets, while the others move."""
    agent = masked_pytorch_td3.MaskedTD3(sparsity)
    before = [weight.clone() for weight in agent.targets]
    for _ in range(STEPS):
        agent.update(torch.from_numpy(setting.noise(setting.BATCH)))
    for networks in (agent.critics[0].net, agent.target_critics[0].net, agent.actor.net):
        share = (networks[2].weight != 0).float().mean().item()
        assert abs(share - kept) < 1e-3, f"{sparsity}: {share} of the weights are kept"
    for earlier, weight in zip(before, agent.targets):
        assert weight.isfinite().all() and not torch.equal(earlier, weight)


def check_sparseprop() -> None:
    """Layers with kept weights only learn the same as masked ones."""
    masked = masked_pytorch_td3.MaskedTD3("95%")
    sparse = pytorch_td3.TD3(
        sparseprop_td3.without_zeros(copy.deepcopy(masked.actor)),
        nn.ModuleList(map(sparseprop_td3.without_zeros, copy.deepcopy(masked.critics))),
    )
    batch = torch.from_numpy(setting.noise(setting.BATCH))
    for agent in (masked, sparse):
        for _ in range(STEPS):
            agent.update(batch)
    with torch.no_grad():
        inputs = batch[:, : pytorch_td3.FEATURES]
        observations = batch[:, : setting.OBSERVATIONS]
        for module, other in zip(
            [*masked.critics, *masked.target_critics], [*sparse.critics, *sparse.target_critics]
        ):
            torch.testing.assert_close(module(inputs), other(inputs), rtol=0, atol=TOLERANCE)
        torch.testing.assert_close(
            masked.actor(observations), sparse.actor(observations), rtol=0, atol=TOLERANCE
        )


def check_jax() -> None:
    """Both frameworks compute the same after the same steps."""
    theirs = masked_pytorch_td3.MaskedTD3("dense")
    networks = jax_td3.Networks(
        layers(theirs.actor), tuple(layers(critic) for critic in theirs.critics)
    )
    ours = jax_td3.new_agent(replay_rows=1)._replace(
        online=networks, targets=jax.tree.map(jnp.copy, networks)
    )
    counts = [sum(leaf.size for leaf in jax.tree.leaves(network)) for network in networks]
    assert counts == [71942, 2 * 72193], counts

    record = setting.noise(1)[0]
    observation = record[: setting.OBSERVATIONS]
    probe = torch.from_numpy(setting.noise(64)[:, : setting.OBSERVATIONS + setting.ACTIONS])
    untrained = theirs.critics[0](probe).detach().numpy()
    for step in range(STEPS):
        theirs.update(torch.from_numpy(numpy.tile(record, (setting.BATCH, 1))))
        delayed = (step + 1) % setting.POLICY_DELAY != 0
        ours, _ = jax_td3.train(ours, record, observation, step, delayed)
    pairs = [
        (theirs.critics[0], ours.online.critics[0]),
        (theirs.critics[1], ours.online.critics[1]),
        (theirs.target_critics[0], ours.targets.critics[0]),
    ]
    for module, network in pairs:
        expected = module(probe).detach().numpy()
        found = numpy.asarray(jax_td3.forward(network, probe.numpy()))
        numpy.testing.assert_allclose(found, expected, atol=TOLERANCE)
    learned = numpy.abs(theirs.critics[0](probe).detach().numpy() - untrained).max()
    assert learned > 0.05, f"the critic moved by {learned} only"
    observations = probe[:, : setting.OBSERVATIONS]
    actors = [(theirs.actor, ours.online.actor), (theirs.target_actor, ours.targets.actor)]
    for module, network in actors:
        expected = module(observations).detach().numpy()
        found = numpy.asarray(jax_td3.act(network, observations.numpy()))
        numpy.testing.assert_allclose(found, expected, atol=TOLERANCE)


def layers(module: nn.Module) -> jax_td3.Layers:
    """The weights of a PyTorch network as those of a JAX network."""
    linear = [layer for layer in module.net if isinstance(layer, nn.Linear)]
    arrays = [(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in linear]
    return jax.tree.map(jnp.array, arrays)


if __name__ == "__main__":
    main()
