"""A plain PyTorch TD3 on the sparse layers of SparseProp, which compute with kept weights only.

Nikdan, Pegolotti, Iofinova, Kurtic, Alistarh 2023, *SparseProp: Efficient Sparse Backpropagation
for Faster Training of Neural Networks at the Edge*.
"""

from typing import TypeVar

import torch
from sparseprop.modules import SparseLinear
from torch import nn

import pytorch_td3
import setting
from masked_pytorch_td3 import MaskedTD3

Network = TypeVar("Network", pytorch_td3.Actor, pytorch_td3.Critic)


def without_zeros(module: Network) -> Network:
    """The network with layers that hold only the weights that are not zero."""
    for index, layer in enumerate(module.net):
        if isinstance(layer, nn.Linear):
            module.net[index] = SparseLinear.from_dense(layer)
    return module


def main() -> None:
    options = setting.arguments(sparsity={"default": "95%"})
    torch.set_num_threads(options.threads)
    masked = MaskedTD3(options.sparsity)
    agent = pytorch_td3.TD3(
        without_zeros(masked.actor), nn.ModuleList(map(without_zeros, masked.critics))
    )
    pytorch_td3.train_in_turns(agent, options.replay_rows)


if __name__ == "__main__":
    main()
