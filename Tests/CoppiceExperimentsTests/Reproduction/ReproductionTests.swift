import CoppiceAgents
import CoppiceExperiments
import CoppiceNetworks
import CoppiceReports
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("Papers' tables")
struct ReproductionTests {
  private func study(steps: Int = 400, seeds: Int = 2) throws -> Study {
    try Reproduction.rnmTD3.study(
      ReproductionPart(
        environments: ["Pendulum-v1"], sparsities: ["dense", "2:4"], seedCount: seeds, steps: steps)
    )
  }

  /// A record as a file would have it, with these final returns.
  private func record(
    _ member: StudyMember, returns: [Double], settings: String? = nil, in folder: String
  ) throws {
    let configuration = member.configuration
    let name = "\(folder)/\(member.name).csv"
    var lines = ["# made by a test"]
    if let settings { lines.append("# settings = \(settings)") }
    lines.append("# kept_weights = 100.0")
    lines.append(
      "environment,algorithm,sparsity,seed,environment_step,episodes,mean_return,"
        + "standard_deviation,elapsed_seconds")
    for (index, value) in returns.enumerated() {
      lines.append(
        "\(configuration.environment),td3,\(configuration.sparsity.spelling),"
          + "\(configuration.seed),\((index + 1) * 100),10,\(value),1.5,\(index * 60)")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: name, atomically: true, encoding: .utf8)
  }

  private func records(
    _ study: Study, in folder: String, _ returns: (StudyMember) -> [Double]
  ) throws -> [String: RecordedRun] {
    var records: [String: RecordedRun] = [:]
    for member in study.members {
      try record(member, returns: returns(member), in: folder)
      records[member.name] = try RecordedRun(contentsOf: "\(folder)/\(member.name).csv")
    }
    return records
  }

  @Test(
    "every table of the catalogue is a study with a dense member, and its figures are of its variants"
  )
  func catalogue() throws {
    for reproduction in ReproductionCatalogue.standard.reproductions {
      let study = try reproduction.study()
      #expect(study.name == reproduction.name)
      let variants = Set(study.members.map { $0.configuration.sparsity.spelling })
      #expect(variants.contains("dense"))
      // what an ablation asks is not in the paper
      #expect(reproduction.figures.isEmpty == (reproduction.name == "rnm-td3-ablation"))
      for figure in reproduction.figures {
        #expect(figure.sparsity.map(variants.contains) ?? true, "\(figure)")
        #expect(!figure.place.isEmpty)
      }
    }
    let error = #expect(throws: UserError.self) { try ReproductionCatalogue.standard.named("rnm") }
    #expect(error?.expected == "rnm-td3, rnm-td3-ablation, ds-td3")
  }

  @Test("DS-TD3's members have the settings of its recipe")
  func recipe() throws {
    let study = try Reproduction.dsTD3.study(ReproductionPart(seedCount: 1))
    #expect(study.members.count == 3)
    for member in study.members {
      #expect(member.configuration.td3.batchSize == 100)
      #expect(member.configuration.td3.adam.weightDecay == 2e-4)
      #expect(member.configuration.steps == 1_000_000)
    }
  }

  @Test("a part has the worlds, variants, seeds and steps that it names")
  func part() throws {
    let study = try study(steps: 500, seeds: 3)
    #expect(study.members.count == 6)
    #expect(study.members.allSatisfy { $0.configuration.steps == 500 })
    #expect(Set(study.members.map(\.configuration.seed)) == [1, 2, 3])
    #expect(Set(study.members.map { $0.configuration.sparsity.spelling }) == ["dense", "2:4"])
  }

  @Test("an ablation changes one choice in each row, beside the settings of RNM-TD3")
  func ablation() throws {
    let scratch = try Scratch()
    let study = try Reproduction.rnmTD3Ablation.study(ReproductionPart(seedCount: 2))
    let table = try ReproductionTable(
      .rnmTD3Ablation, study,
      records: records(study, in: scratch["a"]) { [100 + Double($0.configuration.seed)] })
    #expect(table.rows.prefix(2).map(\.sparsity) == ["dense", "1:8"])
    #expect(table.rows.prefix(2).allSatisfy { $0.settings.isEmpty })
    #expect(table.rows.count == 10 && table.rows.allSatisfy { $0.finalReturns == [101, 102] })
    #expect(Set(table.rows.map(\.settings)).count == 9)
    #expect(table.rows.contains { $0.settings == "gradient_mode = ste" })
    #expect(table.table.description.contains("mask_first_layer = false, mask_output_layer = false"))
    let whole = try Reproduction.rnmTD3.study(ReproductionPart(steps: 300_000)).members
    for member in study.members where member.settings.isEmpty {
      let own = try #require(whole.first { $0.name == member.name })
      #expect(own.configuration == member.configuration)
    }
    let part = try Reproduction.rnmTD3Ablation.study(
      ReproductionPart(environments: ["Hopper-v5"], sparsities: ["1:4"], seedCount: 1))
    #expect(part.members.count == 8)
    #expect(part.members.allSatisfy { $0.configuration.environment == "Hopper-v5" })
  }

  @Test("normalised returns, areas and verdicts follow from the records")
  func table() throws {
    let scratch = try Scratch()
    let study = try study()
    let better = try records(study, in: scratch["a"]) { member in
      let base = member.configuration.sparsity == .dense ? 100.0 : 140
      return (0..<12).map { $0 < 2 ? -50 : base + Double(member.configuration.seed) }
    }
    let table = try ReproductionTable(.rnmTD3, study, records: better)
    #expect(table.rows.map(\.sparsity) == ["dense", "2:4"])
    #expect(table.rows[0].finalReturns == [101, 102])
    #expect(table.rows[1].finalReturns == [141, 142])
    let ratio = try #require(table.rows[1].normalisedReturn)
    #expect(abs(ratio.value - 141.5 / 101.5) < 1e-12)
    let area = try #require(table.rows[1].learningCurveArea)
    #expect(abs(area - (1415 - 100) / 1e6) < 1e-12)
    #expect(table.rows[1].keptWeights == 100)
    #expect(table.rows[1].seconds == 660)
    #expect(table.rows[1].verdict == "better than dense")
    #expect(table.notes.contains { $0.contains("figures do not apply") })

    let equal = try records(study, in: scratch["b"]) { member in
      [100 + (member.configuration.seed == 1 ? 10 : -10)]
    }
    let other = try ReproductionTable(.rnmTD3, study, records: equal)
    #expect(other.rows[1].verdict == "no difference from dense that 2 seeds show")

    let first = study.members.filter { $0.configuration.seed == 1 }.map(\.name)
    let part = try ReproductionTable(
      .rnmTD3, study, records: equal.filter { first.contains($0.key) })
    #expect(part.rows[1].verdict == "1 of 2 seeds so far; one seed allows no verdict")
    let dense = study.members.filter { $0.configuration.sparsity == .dense }.map(\.name)
    let oneDense = try ReproductionTable(
      .rnmTD3, study, records: equal.filter { $0.key == dense[0] || !dense.contains($0.key) })
    #expect(oneDense.rows[1].verdict == "one dense seed allows no verdict")
    let none = try ReproductionTable(.rnmTD3, study, records: [:])
    #expect(none.rows[1].verdict == "no run is finished")
  }

  @Test("the paper's figure is named, and normalised where it gives returns")
  func figures() throws {
    let scratch = try Scratch()
    let study = try Reproduction.dsTD3.study(ReproductionPart(seedCount: 2))
    let records = try records(study, in: scratch["a"]) { [900 + Double($0.configuration.seed)] }
    let table = try ReproductionTable(.dsTD3, study, records: records)
    let row = try #require(table.rows.first { $0.sparsity == "ds" })
    let paper = try #require(row.paper[.normalisedReturn])
    #expect(abs(paper - 11459.88 / 11153.48) < 1e-12)
    #expect(row.paper[.learningCurveArea] == 1.9560)
    #expect(row.verdict.contains("the paper's 1.03 lies above the interval"))
  }

  @Test("a finished run becomes a record, which reads as it was written, and is not made again")
  func round() throws {
    let scratch = try Scratch()
    var text = Reproduction.rnmTD3.text
    text = text.replacingOccurrences(
      of: "steps = 1000000",
      with: """
        steps = 400
        warm_up_steps = 100
        evaluation_every = 100
        log_every = 100
        hidden = [16, 16]
        """)
    let small = Reproduction(
      name: "small", claim: "none", source: "none", differences: "none", figures: [], study: text)
    let study = try small.study(
      ReproductionPart(environments: ["Pendulum-v1"], sparsities: ["dense", "2:4"], seedCount: 1))
    let folder = try StudyFolder(at: scratch["study"], for: study)
    for member in study.members { _ = try StudyWorker(folder).run(member.number) }

    let records = ReproductionFolder(scratch["records"])
    let work = ReproductionWork(small, study, records: records, command: "coppice reproduce small")
    #expect(try work.adopt(from: scratch["study/members"]).count == 2)
    #expect(try work.adopt(from: scratch["study/members"]).isEmpty)
    let found = try records.records(of: study)
    let results = try folder.results()
    for result in results {
      let record = try #require(found[result.member.name])
      #expect(record.evaluations.map(\.step) == [0, 100, 200, 300, 400])
      #expect(record.evaluations.map(\.meanReturn) == result.evaluations.map(\.meanReturn))
      #expect(record.finalReturn == result.finalReturn)
      #expect(try #require(record.keptWeights) > 0)
    }
    #expect(try work.plan().rows.allSatisfy { $0[3] == "there" })

    // in an empty folder nothing is left to do
    let empty = try StudyFolder(at: scratch["elsewhere"], for: study)
    let outcome = try work.run(in: empty, workers: 1, observer: Nobody(), shouldStop: { false })
    #expect(outcome.failures.isEmpty && !outcome.wasStopped)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch["elsewhere/members"]).isEmpty)
    #expect(
      try work.table(runsIn: scratch["elsewhere"]).rows.allSatisfy { $0.finalReturns.count == 1 })
  }

  @Test("a record of other settings is refused and stays as it is")
  func otherSettings() throws {
    let scratch = try Scratch()
    let study = try study()
    try record(study.members[0], returns: [1], settings: "01234567", in: scratch["records"])
    let before = try scratch.bytes("records/\(study.members[0].name).csv")
    let error = #expect(throws: UserError.self) {
      try ReproductionFolder(scratch["records"]).records(of: study)
    }
    #expect(error?.found.hasSuffix("is of a run with other settings") == true)
    #expect(try scratch.bytes("records/\(study.members[0].name).csv") == before)
  }

  private struct Nobody: StudyPoolObserver {
    func told(_ line: String) {}
    func looked() {}
  }
}
