// Written by Scripts/embed-recipes.sh from Recipes/; change those instead.

/// The recipes that come with Coppice.
public enum RecipeCatalogue {
  /// All recipes, in alphabetical order.
  public static let recipes: [Recipe] = [
    Recipe(
      algorithm: "td3", name: "Ant-v5",
      text: """
        # TD3 on Ant-v5, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477):
        # 256-256 units, Adam with 3e-4, batches of 256, 25,000 random steps, one update a step,
        # evaluations of 10 episodes every 5,000 steps, 1,000,000 steps in all.
        environment = "Ant-v5"
        algorithm = "td3"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "HalfCheetah-v5",
      text: """
        # TD3 on HalfCheetah-v5, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477):
        # 256-256 units, Adam with 3e-4, batches of 256, 25,000 random steps, one update a step,
        # evaluations of 10 episodes every 5,000 steps, 1,000,000 steps in all.
        environment = "HalfCheetah-v5"
        algorithm = "td3"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "Hopper-v5",
      text: """
        # TD3 on Hopper-v5, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477):
        # 256-256 units, Adam with 3e-4, batches of 256, 25,000 random steps, one update a step,
        # evaluations of 10 episodes every 5,000 steps, 1,000,000 steps in all.
        environment = "Hopper-v5"
        algorithm = "td3"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "Humanoid-v5",
      text: """
        # TD3 on Humanoid-v5, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477):
        # 256-256 units, Adam with 3e-4, batches of 256, 25,000 random steps, one update a step,
        # evaluations of 10 episodes every 5,000 steps, 1,000,000 steps in all.
        environment = "Humanoid-v5"
        algorithm = "td3"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "HumanoidStandup-v5",
      text: """
        # TD3 on HumanoidStandup-v5, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477):
        # 256-256 units, Adam with 3e-4, batches of 256, 25,000 random steps, one update a step,
        # evaluations of 10 episodes every 5,000 steps, 1,000,000 steps in all.
        environment = "HumanoidStandup-v5"
        algorithm = "td3"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "InvertedDoublePendulum-v5",
      text: """
        # TD3 on InvertedDoublePendulum-v5, a small task, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477), whose
        # hyper-parameters are the defaults. Ours: fewer steps and a shorter random warm-up, because the
        # task is small.
        environment = "InvertedDoublePendulum-v5"
        algorithm = "td3"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "InvertedPendulum-v5",
      text: """
        # TD3 on InvertedPendulum-v5, a small task, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477), whose
        # hyper-parameters are the defaults. Ours: fewer steps and a shorter random warm-up, because the
        # task is small; larger learning rates and a faster target, because with the defaults only three of
        # twelve seeds balanced the pole within 30,000 steps (Results/td3-InvertedPendulum-v5-defaults.csv).
        environment = "InvertedPendulum-v5"
        algorithm = "td3"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000

        [td3]
        actor_learning_rate = 1e-3
        critic_learning_rate = 1e-3
        target_update_rate = 0.02
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "MountainCarContinuous-v0",
      text: """
        # TD3 on MountainCarContinuous-v0, a small task, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477), whose
        # hyper-parameters are the defaults. Ours: fewer steps and a shorter random warm-up, because the
        # task is small.
        environment = "MountainCarContinuous-v0"
        algorithm = "td3"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "Pendulum-v1",
      text: """
        # TD3 on Pendulum-v1, a small task, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477), whose
        # hyper-parameters are the defaults. Ours: fewer steps and a shorter random warm-up, because the
        # task is small.
        environment = "Pendulum-v1"
        algorithm = "td3"
        steps = 15_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "Pusher-v5",
      text: """
        # TD3 on Pusher-v5, a small task, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477), whose
        # hyper-parameters are the defaults. Ours: fewer steps and a shorter random warm-up, because the
        # task is small.
        environment = "Pusher-v5"
        algorithm = "td3"
        steps = 100_000
        warm_up_steps = 1_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 10_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "Reacher-v5",
      text: """
        # TD3 on Reacher-v5, a small task, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477), whose
        # hyper-parameters are the defaults. Ours: fewer steps and a shorter random warm-up, because the
        # task is small.
        environment = "Reacher-v5"
        algorithm = "td3"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "Swimmer-v5",
      text: """
        # TD3 on Swimmer-v5, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477):
        # 256-256 units, Adam with 3e-4, batches of 256, 25,000 random steps, one update a step,
        # evaluations of 10 episodes every 5,000 steps, 1,000,000 steps in all.
        environment = "Swimmer-v5"
        algorithm = "td3"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "Walker2d-v5",
      text: """
        # TD3 on Walker2d-v5, and RNM-TD3 with --sparsity 2:4.
        #
        # Source: the authors' current code of TD3 (Fujimoto, van Hoof, Meger 2018, arXiv 1802.09477):
        # 256-256 units, Adam with 3e-4, batches of 256, 25,000 random steps, one update a step,
        # evaluations of 10 episodes every 5,000 steps, 1,000,000 steps in all.
        environment = "Walker2d-v5"
        algorithm = "td3"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "ds-td3-Ant",
      text: """
        # DS-TD3 on Ant-v5: the settings of ds-td3-base with the λ of this task.
        #
        # Source: Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep
        # Reinforcement Learning", section 4.4 and table 3.
        algorithm = "td3"
        environment = "Ant-v5"
        sparsity = "ds"
        warm_up_steps = 25_000

        [td3]
        batch_size = 100
        actor_learning_rate = 1e-3
        critic_learning_rate = 1e-3

        [td3.adam]
        weight_decay = 2e-4

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [40, 64]
        mask_output_layer = false
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "ds-td3-Humanoid",
      text: """
        # DS-TD3 on Humanoid-v5: the settings of ds-td3-base with the λ of this task.
        #
        # Source: Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep
        # Reinforcement Learning", section 4.4 and table 3.
        algorithm = "td3"
        environment = "Humanoid-v5"
        sparsity = "ds"
        warm_up_steps = 25_000

        [td3]
        batch_size = 100
        actor_learning_rate = 1e-3
        critic_learning_rate = 1e-3

        [td3.adam]
        weight_decay = 2e-4

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [61, 64]
        mask_output_layer = false
        """ + "\n"),
    Recipe(
      algorithm: "td3", name: "ds-td3-base",
      text: """
        # The base settings of DS-TD3, for HalfCheetah, Walker2d and Hopper:
        # --recipe ds-td3-base --env Hopper-v5. Its baselines are --sparsity dense and --sparsity static.
        #
        # Source: Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep
        # Reinforcement Learning", section 4.4, table 3 and appendix: Adam with 1e-3 and weight decay 2e-4,
        # batches of 100, 25,000 random steps, λ of 7 and 64 for the first and the second layer, dense outputs.
        algorithm = "td3"
        sparsity = "ds"
        warm_up_steps = 25_000

        [td3]
        batch_size = 100
        actor_learning_rate = 1e-3
        critic_learning_rate = 1e-3

        [td3.adam]
        weight_decay = 2e-4

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [7, 64]
        mask_output_layer = false
        """ + "\n"),
  ]
}
