import CoppiceReports
import CoppiceTensors
import Testing

@Suite("Reports")
struct ReportTests {
  static let metrics = [
    ReportMetric(
      section: "Kept weights", name: "kept-weights", title: "Kept weights", axis: "kept weights",
      keys: ["kept"], meaning: "Weights that are kept.")
  ]
  static let rate = ReportMetric(
    section: "Where time goes", name: "rate", title: "Speed", axis: "steps per second",
    keys: ["rate"], meaning: "Steps per second.")

  static func run(
    _ sparsity: String, seed: UInt64, environment: String = "World-v1", level: Double = 0,
    count: Int = 12
  ) -> ReportRun {
    var run = ReportRun(
      path: "runs/\(environment)-\(sparsity)-\(seed)", environment: environment, algorithm: "td3",
      sparsity: sparsity, seed: seed, totalSteps: 1200)
    run.settings = ["hidden": "[16, 16]", "td3.batch_size": sparsity == "dense" ? "256" : "128"]
    run.evaluations = (1...count).map {
      ReportRun.Evaluation(
        step: $0 * 100, meanReturn: level + Double($0) + Double(seed) / 8,
        seconds: Double($0) * 30 * Double(seed))
    }
    run.measurements = [
      "kept": [.init(step: 100, value: Double(seed)), .init(step: 200, value: 3 * Double(seed))],
      "rate": [.init(step: 100, value: 50)],
    ]
    run.seconds = 360
    return run
  }

  static func report(_ runs: [ReportRun], title: String = "A title") throws -> Report {
    try Report(title: title, runs: runs, metrics: metrics, rate: rate)
  }

  static let three = ["dense", "2:4"].flatMap { sparsity in
    (1...3).map { run(sparsity, seed: $0) }
  }

  /// The lines of a CSV, split at commas.
  func rows(_ report: Report, _ name: String) throws -> [[String]] {
    let figure = try #require(report.figures.first { $0.name == name })
    return figure.csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("the page and every picture are well-formed, and every picture is complete by itself")
  func wellFormed() throws {
    let report = try Self.report(Self.three + [Self.run("90%", seed: 1, environment: "Other-v2")])
    let page = XMLText(report.html)
    #expect(page.isWellFormed)
    #expect(page.all("svg").count == report.figures.count)
    #expect(page.all("style").count == 1)
    for figure in report.figures {
      let svg = XMLText(figure.svg)
      #expect(svg.isWellFormed, "\(figure.name)")
      #expect(svg.styled("paper").count == 1)
      #expect(svg.all("style").count == 1)
      #expect(page.all("a").contains { $0.attributes["href"] == "figures/\(figure.name).svg" })
      #expect(page.all("a").contains { $0.attributes["href"] == "figures/\(figure.name).csv" })
    }
    #expect(Set(report.figures.map(\.name)).count == report.figures.count)
  }

  @Test("nothing is fetched from elsewhere")
  func selfContained() throws {
    let html = try Self.report(Self.three).html
    for word in ["<script", "<link", "<img", "url(", "@import", "src="] {
      #expect(!html.contains(word), "\(word)")
    }
    let addresses = html.split(separator: "\n").filter { $0.contains("http") }
    #expect(addresses.allSatisfy { $0.contains("xmlns=\"http://www.w3.org/2000/svg\"") })
  }

  @Test("every section with figures says how many seeds there are")
  func seeds() throws {
    let html = try Self.report(Self.three).html
    let captions = XMLText(html).all("p").map(\.text).filter { $0.contains("of each variant.") }
    #expect(captions.count == 7)
    #expect(captions.allSatisfy { $0.contains("There are 3 seeds of each variant.") })
    let uneven = try Self.report(Array(Self.three.dropLast(2)))
    #expect(uneven.html.contains("There are 1 to 3 seeds of each variant"))
    #expect(uneven.summary == "4 runs · 2 variants · 1 environment · 1 to 3 seeds")
  }

  @Test("a variant with one seed says so in the legend and has no band")
  func oneSeed() throws {
    let report = try Self.report(Array(Self.three.prefix(4)))
    let figure = try #require(report.figures.first { $0.name == "learning-curve-World-v1" })
    let svg = XMLText(figure.svg)
    #expect(svg.all("text").contains { $0.text == "td3 2:4, 1 seed" })
    #expect(svg.all("text").contains { $0.text == "td3 dense, 3 seeds" })
    #expect(svg.styled("band").count == 1)
    let own = try rows(report, "learning-curve-World-v1").filter { $0[0] == "td3 2:4" }
    #expect(own.count == 12)
    #expect(own.allSatisfy { $0[1] == "1" && $0[4] == "" && $0[5] == "" })
  }

  @Test("the numbers beside a learning curve are the means over the seeds")
  func learningCurve() throws {
    let rows = try rows(try Self.report(Self.three), "learning-curve-World-v1")
    #expect(rows[0] == ["variant", "seeds", "environment_step", "mean_return", "low", "high"])
    let first = rows[1]
    #expect(first.prefix(4) == ["td3 dense", "3", "100", "1.25"])
    // a percentile interval of three numbers lies within them
    let (low, high) = (try #require(Double(first[4])), try #require(Double(first[5])))
    #expect(low >= 1.125 && low < 1.25 && high > 1.25 && high <= 1.375)
    #expect(rows.count == 1 + 2 * 12)
  }

  @Test("a line of one seed is its evaluations, to the bit, and over minutes at their times")
  func exact() throws {
    var run = Self.run("dense", seed: 1, count: 2)
    run.evaluations = [
      .init(step: 5, meanReturn: 0.1, seconds: 60), .init(step: 7, meanReturn: -1e-9, seconds: 90),
    ]
    let report = try Self.report([run])
    #expect(
      try rows(report, "learning-curve-World-v1").dropFirst().map { $0[3] } == ["0.1", "-1e-09"])
    #expect(try rows(report, "wall-clock-World-v1").dropFirst().map { $0[2] } == ["1.0", "1.5"])
  }

  @Test("lines end where the shortest run ends")
  func common() throws {
    var runs = Array(Self.three.prefix(3))
    runs[1].evaluations.removeLast(4)
    #expect(try rows(try Self.report(runs), "learning-curve-World-v1").count == 1 + 8)
  }

  @Test("the final score is the mean of the last ten evaluations of each seed")
  func finalScores() throws {
    let rows = try rows(try Self.report(Self.three), "final-score-World-v1")
    #expect(rows[1] == ["td3 dense", "1", "7.625", "", ""])
    #expect(rows[3] == ["td3 dense", "3", "7.875", "", ""])
    #expect(rows[4].prefix(3) == ["td3 dense", "", "7.75"])
    #expect(Self.three[0].finalReturn == 7.625)
  }

  @Test("measurements are means over the seeds, at the steps that all have")
  func measurements() throws {
    let rows = try rows(try Self.report(Array(Self.three.prefix(3))), "kept-weights-World-v1")
    #expect(rows.dropFirst().map { $0[2] } == ["100", "200"])
    #expect(rows.dropFirst().map { $0[3] } == ["2.0", "6.0"])
  }

  @Test("there is a profile of two environments or three seeds, and of nothing less")
  func profile() throws {
    func has(_ runs: [ReportRun]) throws -> Bool {
      try Self.report(runs).figures.contains { $0.name == "performance-profile" }
    }
    #expect(try !has([Self.run("dense", seed: 1), Self.run("dense", seed: 2)]))
    #expect(try has(Self.three))
    let other = Self.run("dense", seed: 1, environment: "Other-v2")
    #expect(try has([Self.run("dense", seed: 1), other]))
  }

  @Test("settings that tell runs of one sparsity apart are in the names of variants")
  func variants() throws {
    var fast = Self.run("dense", seed: 1)
    fast.settings["td3.actor_learning_rate"] = "0.01"
    var slow = Self.run("dense", seed: 1)
    slow.settings["td3.actor_learning_rate"] = "0.001"
    let html = try Self.report([fast, slow]).html
    #expect(html.contains("td3 dense, td3.actor_learning_rate 0.01"))
    #expect(html.contains("td3 dense, td3.actor_learning_rate 0.001"))
  }

  @Test("differing settings and shared ones are in tables of their own")
  func settings() throws {
    let texts = XMLText(try Self.report(Self.three).html)
    #expect(texts.all("th").contains { $0.text == "td3.batch_size" })
    #expect(!texts.all("td").contains { $0.text == "td3.batch_size" })
    #expect(texts.all("td").contains { $0.text == "hidden" })
    #expect(texts.all("td").contains { $0.text == "[16, 16]" })
  }

  @Test("a run that is there twice counts once, the one that went further")
  func twice() throws {
    var copy = Self.run("dense", seed: 1, count: 13)
    copy.path = "copies/a"
    let report = try Self.report([Self.run("dense", seed: 1), copy])
    #expect(report.summary == "1 run · 1 variant · 1 environment · 1 seed")
    #expect(report.notes.count == 1)
    #expect(report.notes[0].hasPrefix("Left out: runs/World-v1-dense-1, "))
    #expect(report.html.contains("copies/a"))
  }

  @Test("text cannot break the page, its pictures or its numbers")
  func escaping() throws {
    let name = "a\"<b>&,c\u{1}"
    var run = Self.run("dense", seed: 1)
    run.environment = name
    run.path = "</td><script>"
    let report = try Self.report([run], title: "<script>&")
    #expect(XMLText(report.html).isWellFormed)
    #expect(!report.html.contains("<script>"))
    for figure in report.figures {
      #expect(XMLText(figure.svg).isWellFormed)
      #expect(figure.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." })
    }
    var variant = Self.run("x,\"y\"", seed: 1)
    variant.settings = [:]
    let figures = try Self.report([variant]).figures
    #expect(figures[0].csv.split(separator: "\n")[1].hasPrefix("\"td3 x,\"\"y\"\"\",1,100,1.125"))
  }

  @Test("the same runs give the same report, and no series looks like another")
  func deterministic() throws {
    let first = try Self.report(Self.three)
    let second = try Self.report(Self.three)
    #expect(first.html == second.html)
    #expect(first.figures.map(\.svg) == second.figures.map(\.svg))
    let many = try Self.report((1...30).map { Self.run("\($0)%", seed: 1) })
    let figure = try #require(many.figures.first)
    let looks = XMLText(figure.svg).all("g").compactMap { $0.attributes["class"] }
    #expect(looks.count == 30 && Set(looks).count == 30)
  }

  @Test("long logs are drawn with few points, the first and the last among them")
  func thinned() throws {
    let rows = try rows(
      try Self.report([Self.run("dense", seed: 1, count: 5000)]), "learning-curve-World-v1")
    #expect(rows.count == 401)
    #expect(rows[1][2] == "100" && rows[400][2] == "500000")
  }

  @Test("runs that were not evaluated yet are in the table of runs, and no runs are refused")
  func empty() throws {
    var run = Self.run("dense", seed: 1)
    run.evaluations = []
    run.measurements = [:]
    run.seconds = nil
    let report = try Self.report([run])
    #expect(XMLText(report.html).isWellFormed)
    #expect(report.html.contains(run.path))
    let error = #expect(throws: UserError.self) { _ = try Self.report([]) }
    #expect(error?.kind == .checkpoint)
    run.evaluations = [.init(step: 3, meanReturn: .nan)]
    let infinite = #expect(throws: UserError.self) { _ = try Self.report([run]) }
    #expect(infinite?.found == "a return of nan at step 3 of \(run.path)")
  }
}
