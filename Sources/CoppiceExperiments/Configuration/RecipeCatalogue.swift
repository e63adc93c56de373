// Written by Scripts/embed-recipes.sh from Recipes/; change those instead.

/// The recipes that come with Coppice.
public enum RecipeCatalogue {
  /// All recipes, in alphabetical order.
  public static let recipes: [Recipe] = [
    Recipe(
      algorithm: "sac", name: "Ant-v5",
      text: """
        # SAC on Ant-v5, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule is that of the recipes of TD3, 25,000
        # random steps and evaluations of 10 episodes every 5,000 steps, so that both can be compared.
        environment = "Ant-v5"
        algorithm = "sac"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "HalfCheetah-v5",
      text: """
        # SAC on HalfCheetah-v5, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule is that of the recipes of TD3, 25,000
        # random steps and evaluations of 10 episodes every 5,000 steps, so that both can be compared.
        environment = "HalfCheetah-v5"
        algorithm = "sac"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "Hopper-v5",
      text: """
        # SAC on Hopper-v5, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule is that of the recipes of TD3, 25,000
        # random steps and evaluations of 10 episodes every 5,000 steps, so that both can be compared.
        environment = "Hopper-v5"
        algorithm = "sac"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "Humanoid-v5",
      text: """
        # SAC on Humanoid-v5, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule is that of the recipes of TD3, 25,000
        # random steps and evaluations of 10 episodes every 5,000 steps, so that both can be compared.
        environment = "Humanoid-v5"
        algorithm = "sac"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "HumanoidStandup-v5",
      text: """
        # SAC on HumanoidStandup-v5, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule is that of the recipes of TD3, 25,000
        # random steps and evaluations of 10 episodes every 5,000 steps, so that both can be compared.
        environment = "HumanoidStandup-v5"
        algorithm = "sac"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "InvertedDoublePendulum-v5",
      text: """
        # SAC on InvertedDoublePendulum-v5, a small task, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule, that of the recipe of TD3.
        environment = "InvertedDoublePendulum-v5"
        algorithm = "sac"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "InvertedPendulum-v5",
      text: """
        # SAC on InvertedPendulum-v5, a small task, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule, that of the recipe of TD3.
        environment = "InvertedPendulum-v5"
        algorithm = "sac"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "MountainCarContinuous-v0",
      text: """
        # SAC on MountainCarContinuous-v0, a small task, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule, that of the recipe of TD3.
        environment = "MountainCarContinuous-v0"
        algorithm = "sac"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "Pendulum-v1",
      text: """
        # SAC on Pendulum-v1, a small task, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule, that of the recipe of TD3.
        environment = "Pendulum-v1"
        algorithm = "sac"
        steps = 15_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "Pusher-v5",
      text: """
        # SAC on Pusher-v5, a small task, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule, that of the recipe of TD3.
        environment = "Pusher-v5"
        algorithm = "sac"
        steps = 100_000
        warm_up_steps = 1_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 10_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "Reacher-v5",
      text: """
        # SAC on Reacher-v5, a small task, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule, that of the recipe of TD3.
        environment = "Reacher-v5"
        algorithm = "sac"
        steps = 30_000
        warm_up_steps = 1_000
        evaluation_every = 1_000
        evaluation_episodes = 10
        checkpoint_every = 5_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "Swimmer-v5",
      text: """
        # SAC on Swimmer-v5, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule is that of the recipes of TD3, 25,000
        # random steps and evaluations of 10 episodes every 5,000 steps, so that both can be compared.
        environment = "Swimmer-v5"
        algorithm = "sac"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "Walker2d-v5",
      text: """
        # SAC on Walker2d-v5, dense or sparse.
        #
        # Source: hyper-parameters of Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications"
        # (arXiv 1812.05905), which are the defaults. Ours: the schedule is that of the recipes of TD3, 25,000
        # random steps and evaluations of 10 episodes every 5,000 steps, so that both can be compared.
        environment = "Walker2d-v5"
        algorithm = "sac"
        steps = 1_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        evaluation_episodes = 10
        checkpoint_every = 25_000
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "ds-sac-Ant",
      text: """
        # DS-SAC on Ant-v5: the settings of ds-sac-base with the λ of this task.
        #
        # Source: Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep
        # Reinforcement Learning", appendix A and table 3.
        algorithm = "sac"
        environment = "Ant-v5"
        sparsity = "ds"
        warm_up_steps = 25_000

        [sac]
        batch_size = 256
        actor_learning_rate = 3e-4
        critic_learning_rate = 3e-4
        temperature = 0.2
        learns_temperature = false
        target_update_rate = 1.0
        target_update_interval = 1_000

        [sparsity_options]
        drop_fraction = 0.1

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [30, 64]
        mask_output_layer = false
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "ds-sac-Hopper",
      text: """
        # DS-SAC on Hopper-v5: the settings of ds-sac-base with the λ of this task.
        #
        # Source: Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep
        # Reinforcement Learning", appendix A and table 3.
        algorithm = "sac"
        environment = "Hopper-v5"
        sparsity = "ds"
        warm_up_steps = 25_000

        [sac]
        batch_size = 256
        actor_learning_rate = 3e-4
        critic_learning_rate = 3e-4
        temperature = 0.2
        learns_temperature = false
        target_update_rate = 1.0
        target_update_interval = 1_000

        [sparsity_options]
        drop_fraction = 0.1

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [7, 20]
        mask_output_layer = false
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "ds-sac-Humanoid",
      text: """
        # DS-SAC on Humanoid-v5: the settings of ds-sac-base with the λ of this task.
        #
        # Source: Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep
        # Reinforcement Learning", appendix A and table 3.
        algorithm = "sac"
        environment = "Humanoid-v5"
        sparsity = "ds"
        warm_up_steps = 25_000

        [sac]
        batch_size = 256
        actor_learning_rate = 3e-4
        critic_learning_rate = 3e-4
        temperature = 0.2
        learns_temperature = false
        target_update_rate = 1.0
        target_update_interval = 1_000

        [sparsity_options]
        drop_fraction = 0.1

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [61, 64]
        mask_output_layer = false
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "ds-sac-base",
      text: """
        # The base settings of DS-SAC, for HalfCheetah and Walker2d:
        # --recipe ds-sac-base --env Walker2d-v5 --algorithm sac. Its static baseline is ds-sac-static-base.
        #
        # Source: Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep
        # Reinforcement Learning", appendix A and table 3: Adam with 3e-4, batches of 256, a fixed temperature of
        # 0.2, targets that become the networks every 1,000 updates, a tenth of the weights replaced. Ours: 25,000
        # random steps, as its TD3 takes.
        algorithm = "sac"
        sparsity = "ds"
        warm_up_steps = 25_000

        [sac]
        batch_size = 256
        actor_learning_rate = 3e-4
        critic_learning_rate = 3e-4
        temperature = 0.2
        learns_temperature = false
        target_update_rate = 1.0
        target_update_interval = 1_000

        [sparsity_options]
        drop_fraction = 0.1

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [12, 80]
        mask_output_layer = false
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "ds-sac-static-base",
      text: """
        # The static baseline of ds-sac-base, for HalfCheetah and Walker2d: the same settings and the same
        # density, by first masks that stay. --recipe ds-sac-static-base --env Walker2d-v5 --algorithm sac.
        #
        # Source: as ds-sac-base.
        algorithm = "sac"
        sparsity = "static"
        warm_up_steps = 25_000

        [sac]
        batch_size = 256
        actor_learning_rate = 3e-4
        critic_learning_rate = 3e-4
        temperature = 0.2
        learns_temperature = false
        target_update_rate = 1.0
        target_update_interval = 1_000

        [sparsity_options.allocation]
        kind = "lambda"
        lambda = [12, 80]
        mask_output_layer = false
        """ + "\n"),
    Recipe(
      algorithm: "sac", name: "rlx2-base",
      text: """
        # The base settings of RLx2 on SAC, for any locomotion task: --algorithm sac --recipe rlx2-base
        # --env Hopper-v5, with the sparsity that is wanted.
        #
        # Source: Tan, Hu, Pan, Huang, Huang 2023, "RLx2: Training a Sparse Deep Reinforcement Learning Model
        # from Scratch", arXiv 2205.15043, and the authors' code: returns of 3 steps after 300,000 gradient
        # steps, a replay of 200,000 to 3,000,000 transitions that is checked every 10,000 environment steps on
        # its 2,048 oldest, log σ carried into −5 to 2 by tanh. The threshold of 0.2 belongs to the code's
        # distance. Ours: initial weights are not orthogonal, and entropy within a return counts for nothing.
        algorithm = "sac"
        sparsity = "rigl@90%"
        steps = 3_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        replay_capacity = 3_000_000

        [multi_step]
        steps = 3
        after = 300_000

        [dynamic_replay]
        check_every = 10_000
        sample_count = 2_048
        threshold = 0.2
        smallest_count = 200_000
        distance = "half_mean_square"

        [sac]
        smallest_log_deviation = -5.0
        largest_log_deviation = 2.0
        log_deviation_bound = "tanh"

        # the zeros are those of HalfCheetah; the first masks are random, where the authors' code keeps the
        # largest initial weights
        [sparsity_options]
        drop_fraction = 0.5

        [sparsity_options.schedule]
        interval = 10_000
        end = 1.0
        clock = "network-updates"

        [sparsity_options.allocation]
        networks = { critic = 0.8 }
        """ + "\n"),
    Recipe(
      algorithm: "sde-gan", name: "ou-const-torchsde",
      text: """
        # SDE-GAN on an Ornstein–Uhlenbeck process with constant noise, trained as torchsde's example trains its own.
        #
        # Source: the process is that of Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural
        # SDEs" (arXiv 2105.13493); what the paper says of the training is reversible Heun, weights clipped to 1 over
        # outputs, and LipSwish. Sizes, learning rates, weight decay, batch, 10,000 steps, the scaling by the first time
        # and the mean of the weights after step 5,000 are those of torchsde's example examples/sde_gan.py, and so is that
        # 30 % of the values are dropped. Ours: a fifth of 10,240 paths is held back, so that 8,192 train as there. Adadelta's steps grow without end
        # there; the recipe ou-const learns more, in less time.
        data = "ou-const"
        model = "gan"
        paths = 10_240
        test_share = 0.2
        drop = 0.3
        normalisation = "first-time"
        steps = 10_000

        [model_options]
        batch = 1024
        method = "reversible-heun"
        step = 1.0
        optimiser = "adadelta"
        generator_learning_rate = 2e-4
        discriminator_learning_rate = 1e-3
        learning_rate_decay = 1.0
        weight_decay = 0.01
        clipping = "outputs"
        averages_after = 5000

        [model_options.generator]
        initial_noise = 5
        noise = 3
        state = 16
        width = 16
        depth = 1
        initial_scale = 3.0
        field_scale = 0.5

        [model_options.discriminator]
        state = 16
        width = 16
        depth = 1
        """ + "\n"),
    Recipe(
      algorithm: "sde-gan", name: "ou-const",
      text: """
        # SDE-GAN on an Ornstein–Uhlenbeck process with constant noise, in some minutes on one core.
        #
        # Source: the process, reversible Heun, weights clipped to 1 over outputs, and LipSwish are those of Kidger, Foster,
        # Li, Lyons 2021, "Efficient and Accurate Gradients for Neural SDEs" (arXiv 2105.13493); sizes, weight decay, batch,
        # the scaling by the first time, and that 30 % of the values are dropped, those of torchsde's example
        # examples/sde_gan.py (the recipe ou-const-torchsde). Ours: Adam without a first moment in place of Adadelta, whose steps
        # grow without end, its learning rates and their decay, 8,000 steps, and the mean of the weights after step 4,000;
        # a fifth of 10,240 paths is held back.
        data = "ou-const"
        model = "gan"
        paths = 10_240
        test_share = 0.2
        drop = 0.3
        normalisation = "first-time"
        steps = 8_000

        [model_options]
        batch = 1024
        method = "reversible-heun"
        step = 1.0
        optimiser = "adam"
        generator_learning_rate = 5e-4
        discriminator_learning_rate = 2e-3
        learning_rate_decay = 0.9997
        weight_decay = 0.01
        clipping = "outputs"
        averages_after = 4000

        [model_options.generator]
        initial_noise = 5
        noise = 3
        state = 16
        width = 16
        depth = 1
        initial_scale = 3.0
        field_scale = 0.5

        [model_options.discriminator]
        state = 16
        width = 16
        depth = 1
        """ + "\n"),
    Recipe(
      algorithm: "sde-gan", name: "ou-ramp",
      text: """
        # SDE-GAN on an Ornstein–Uhlenbeck process whose noise grows from nothing.
        #
        # Source: torchsde's example examples/sde_gan.py: the process, sizes, learning rates, weight decay, batch, 10,000
        # steps, 30 % of the values dropped, the scaling by the first time, and the mean of the weights after step 5,000;
        # the solver and the clipping are those of Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for
        # Neural SDEs" (arXiv 2105.13493). Ours: a fifth of 10,240 paths is held back, so that 8,192 train as there.
        data = "ou-ramp"
        model = "gan"
        paths = 10_240
        test_share = 0.2
        drop = 0.3
        normalisation = "first-time"
        steps = 10_000

        [model_options]
        batch = 1024
        method = "reversible-heun"
        step = 1.0
        optimiser = "adadelta"
        generator_learning_rate = 2e-4
        discriminator_learning_rate = 1e-3
        learning_rate_decay = 1.0
        weight_decay = 0.01
        clipping = "outputs"
        averages_after = 5000

        [model_options.generator]
        initial_noise = 5
        noise = 3
        state = 16
        width = 16
        depth = 1
        initial_scale = 3.0
        field_scale = 0.5

        [model_options.discriminator]
        state = 16
        width = 16
        depth = 1
        """ + "\n"),
    Recipe(
      algorithm: "sde-latent", name: "ou-const",
      text: """
        # A latent SDE of an Ornstein–Uhlenbeck process with constant noise, in about a minute on one core.
        #
        # Source: the model is that of Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations"
        # (arXiv 2001.01328), the process that of Kidger, Foster, Li, Lyons 2021 (arXiv 2105.13493). Ours: all settings; an
        # observation is 0.2 of the data's deviation wide in place of 0.05, and 3,000 steps.
        data = "ou-const"
        model = "latent"
        steps = 3_000

        [model_options]
        method = "midpoint"
        observation_deviation = 0.2

        [model_options.sizes]
        drift_bound = 1.0
        """ + "\n"),
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
    Recipe(
      algorithm: "td3", name: "rlx2-base",
      text: """
        # The base settings of RLx2 on TD3, for any locomotion task: --recipe rlx2-base --env Hopper-v5, with the
        # sparsity that is wanted.
        #
        # Source: Tan, Hu, Pan, Huang, Huang 2023, "RLx2: Training a Sparse Deep Reinforcement Learning Model
        # from Scratch", arXiv 2205.15043, and the authors' code: returns of 3 steps after 300,000 gradient
        # steps, a replay of 100,000 to 1,000,000 transitions that is checked every 10,000 environment steps on
        # its 2,048 oldest. The threshold of 0.2 belongs to the code's distance.
        algorithm = "td3"
        sparsity = "rigl@90%"
        steps = 3_000_000
        warm_up_steps = 25_000
        evaluation_every = 5_000
        replay_capacity = 1_000_000

        [multi_step]
        steps = 3
        after = 300_000

        [dynamic_replay]
        check_every = 10_000
        sample_count = 2_048
        threshold = 0.2
        smallest_count = 100_000
        distance = "half_mean_square"

        # the zeros are those of HalfCheetah; the first masks are random, where the authors' code keeps the
        # largest initial weights
        [sparsity_options]
        drop_fraction = 0.5

        [sparsity_options.schedule]
        interval = 10_000
        end = 1.0
        clock = "network-updates"

        [sparsity_options.allocation]
        networks = { critic = 0.85 }
        """ + "\n"),
  ]
}
