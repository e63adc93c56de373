"""A plain PyTorch TD3 whose sparsity is a mask, as in the code of most papers on sparse training.

The networks stay dense matrices in which masked weights are zero. Gradients are multiplied by the
masks, which is the cheapest way to keep them so: where the gradient has always been zero, Adam
moves nothing, and a target is an average of masked weights.
"""

import torch
from torch import nn
from torch.nn import functional

import pytorch_td3
import setting


def mask(weight: torch.Tensor, sparsity: str) -> torch.Tensor:
    """Which weights of a matrix are kept: `N:M` in each row's groups, or all but `P%` at random."""
    scores = torch.rand_like(weight)
    if ":" in sparsity:
        kept, group = map(int, sparsity.split(":"))
        padded = functional.pad(scores, (0, -weight.shape[1] % group))
        groups = padded.reshape(weight.shape[0], -1, group)
        ranks = groups.argsort(dim=2, descending=True).argsort(dim=2)
        return (ranks < kept).reshape(padded.shape)[:, : weight.shape[1]].float()
    removed = float(sparsity.removesuffix("%")) / 100 * weight.numel()
    ranks = scores.flatten().argsort().argsort()
    return (ranks >= removed).view_as(weight).float()


class MaskedTD3(pytorch_td3.TD3):
    """TD3 with masks; none in a dense run."""

    def __init__(self, sparsity: str) -> None:
        actor = pytorch_td3.Actor()
        critics = nn.ModuleList([pytorch_td3.Critic(), pytorch_td3.Critic()])
        self.masks: dict[nn.Module, tuple[list[torch.Tensor], list[torch.Tensor]]] = {}
        if sparsity != "dense":
            for module in (actor, critics):
                weights = [weight for weight in module.parameters() if weight.dim() == 2]
                self.masks[module] = weights, [mask(weight, sparsity) for weight in weights]
                with torch.no_grad():
                    torch._foreach_mul_(*self.masks[module])
        super().__init__(actor, critics)

    def gradients_done(self, module: nn.Module) -> None:
        if module in self.masks:
            weights, masks = self.masks[module]
            torch._foreach_mul_([weight.grad for weight in weights], masks)


def main() -> None:
    options = setting.arguments(sparsity={"default": "2:4"})
    torch.set_num_threads(options.threads)
    pytorch_td3.train_in_turns(MaskedTD3(options.sparsity), options.replay_rows)


if __name__ == "__main__":
    main()
