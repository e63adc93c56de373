import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark kernels`.
  struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "kernels",
      abstract: "Measures the kernels of single layers, in every storage that can serve them.",
      discussion: """
        Times are microseconds of a batch, or of one sample. "update" is all that a gradient step \
        does with the layer: forward, backward, weight gradients, an optimiser step with target \
        averaging, and what is derived from new weights. "%" is the part of the peak of one core \
        that useful operations reach, two for each kept weight and sample. The plan with a star is \
        the one that the fixed model of costs chooses.

        Examples:

          coppice benchmark kernels --sparsity dense,2:4,2:4x4,90%
          coppice benchmark kernels --shapes 256x17,6x256 --instruction-set avx2 --json
        """)

    @Option(help: "Which variants, between commas.")
    var sparsity = "dense,2:4,2:4x4,1:4,1:8,1:16,50%,75%,90%,95%,99%"

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "Sizes of the layers, outputs x inputs. "
          + "(default: 256x256,256x17,256x23,6x256,1x256,256x348,512x512)", valueName: "sizes"),
      transform: Amount.shapes)
    var shapes = [
      (256, 256), (256, 17), (256, 23), (6, 256), (1, 256), (256, 348), (512, 512),
    ].map { LayerShape(outputs: $0.0, inputs: $0.1) }

    @Option(parsing: .unconditional, help: "Samples of a batch.", transform: Amount.positive)
    var batch = 256

    @Option(
      parsing: .unconditional, help: "How often each kernel takes its turn.",
      transform: Amount.positive)
    var rounds = 15

    @Option(
      help: ArgumentHelp("Instructions of the kernels; see `coppice doctor`.", valueName: "name"))
    var instructionSet = "auto"

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      var configuration = RunConfiguration()
      configuration.instructionSet = instructionSet
      configuration.td3.batchSize = batch
      try configuration.validate()
      var benchmark = KernelBenchmark()
      (benchmark.shapes, benchmark.batch, benchmark.rounds) = (shapes, batch, rounds)
      benchmark.arithmetic = try configuration.arithmetic()
      let report = benchmark.run(try BenchmarkCommand.variants(sparsity))
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
      Console.say(Self.text(report.roofline))
    }

    private static func text(_ roofline: Roofline) -> String {
      let whole = { (number: Double) in Int(number.rounded()) }
      return "peak of one core: \(whole(roofline.peak.gigaflops)) Gflop/s by its clock, "
        + "\(whole(roofline.multiplyAddGflops)) measured in registers; loads: "
        + "\(whole(roofline.firstCacheGigabytesPerSecond)) GB/s from 16 KiB, "
        + "\(whole(roofline.secondCacheGigabytesPerSecond)) GB/s from 256 KiB"
    }
  }
}
