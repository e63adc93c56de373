import CoppiceReports
import CoppiceTensors
import Foundation
import Testing

@Suite("Learning curves")
struct LearningCurveTests {
  typealias Series = LearningCurve.Series
  typealias Point = LearningCurve.Point

  static let dense = Series(
    name: "dense",
    points: [
      Point(step: 0, returns: [-310, -290]), Point(step: 5_000, returns: [800, 1000]),
      Point(step: 10_000, returns: [2100, 1900]),
    ])
  static let sparse = Series(
    name: "2:4",
    points: [
      Point(step: 0, returns: [-300, -300]), Point(step: 5_000, returns: [700, 720]),
      Point(step: 10_000, returns: [2400, 2200]),
    ])

  func curve(_ series: [Series], title: String = "A title") throws -> LearningCurve {
    try LearningCurve(title: title, caption: "A caption", series: series)
  }

  /// The numbers of a path, x and y in turn.
  func numbers(_ element: XMLText.Element) -> [Double] {
    (element.attributes["d"] ?? "").split { "MLHVZ ".contains($0) }.compactMap { Double($0) }
  }

  @Test("the same curve gives the same text, to the byte")
  func golden() throws {
    let svg = try LearningCurve(
      title: "HalfCheetah-v5",
      caption: LearningCurve.caption(
        environment: "HalfCheetah-v5", algorithm: "td3", sparsity: "dense and 2:4", seedCount: 1),
      series: [Self.dense, Self.sparse]
    ).svg(width: 640, height: 400)
    let file = try #require(
      Bundle.module.url(forResource: "two-series", withExtension: "svg", subdirectory: "Golden"))
    if let path = ProcessInfo.processInfo.environment["COPPICE_RECORD_GOLDEN"] {
      try svg.write(toFile: "\(path)/two-series.svg", atomically: true, encoding: .utf8)
    }
    #expect(svg == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test(
    "any number of series and points gives a well-formed document",
    arguments: [
      [], [Series(name: "empty", points: [])],
      [Series(name: "one", points: [Point(step: 5, mean: 1, low: 0, high: 2)])],
      [Series(name: "one at zero", points: [Point(step: 0, mean: 0, low: 0, high: 0)])],
      [dense], [dense, sparse], (0..<20).map { Series(name: "run \($0)", points: dense.points) },
      [Series(name: "huge", points: [Point(step: .max, mean: 1e99, low: -1e100, high: 1e100)])],
      [
        Series(
          name: "tiny",
          points: [
            Point(step: 1, mean: 1e-9, low: 0, high: 2e-9),
            Point(step: 2, mean: 1e-9, low: 1e-9, high: 1e-9),
          ])
      ],
    ])
  func wellFormed(series: [Series]) throws {
    let document = XMLText(try curve(series).svg())
    #expect(document.isWellFormed)
    #expect(document.all("svg").first?.attributes["viewBox"] == "0 0 720 440")
    let filled = series.filter { !$0.points.isEmpty }
    #expect(document.all("g").count == filled.count)
    #expect(document.all("text").contains { $0.text == "no evaluations yet" } == filled.isEmpty)
    for path in document.all("path") {
      #expect(numbers(path).allSatisfy { $0 >= 0 && $0 <= 720 })
    }
  }

  @Test("the line passes through the means, higher ones further up")
  func linePlaces() throws {
    let points = [10, 30, 20].enumerated().map { index, mean in
      Point(step: index * 100, mean: Double(mean), low: Double(mean), high: Double(mean))
    }
    let document = XMLText(try curve([Series(name: "x", points: points)]).svg())
    let line = try #require(document.styled("line").first)
    let places = numbers(line)
    #expect(places.count == 6)
    #expect(abs((places[2] - places[0]) - (places[4] - places[2])) < 0.02)
    #expect(places[3] < places[5] && places[5] < places[1])
    #expect(abs((places[1] - places[5]) - (places[5] - places[3])) < 0.02)
    #expect(document.styled("band").isEmpty)
  }

  @Test("points are drawn by step, in whatever order they come")
  func sorted() throws {
    let backwards = Series(name: "dense", points: Self.dense.points.reversed())
    #expect(try curve([backwards]).svg() == curve([Self.dense]).svg())
  }

  @Test("the band goes up one deviation and down one deviation")
  func bandPlaces() throws {
    let document = XMLText(
      try curve([
        Series(
          name: "x",
          points: [
            Point(step: 0, returns: [0, 10]), Point(step: 10, returns: [0, 10]),
          ])
      ]).svg())
    let band = numbers(try #require(document.styled("band").first))
    let line = numbers(try #require(document.styled("line").first))
    #expect(band.count == 8)
    #expect(band[1] < line[1] && line[1] < band[7])
    #expect(abs((line[1] - band[1]) - (band[7] - line[1])) < 0.02)
  }

  @Test("a mean and a deviation come from the returns of the episodes")
  func deviation() {
    let point = Point(step: 3, returns: [2, 4, 4, 4, 5, 5, 7, 9])
    #expect(point == Point(step: 3, mean: 5, low: 3, high: 7))
  }

  @Test("one point is a dot with whiskers")
  func onePoint() throws {
    let document = XMLText(
      try curve([Series(name: "x", points: [Point(step: 10, returns: [1, 3])])]).svg())
    #expect(document.all("circle").count == 1)
    #expect(document.styled("whisker").count == 1)
  }

  @Test("a legend is drawn where there is something to tell apart")
  func legend() throws {
    let one = XMLText(try curve([Self.dense]).svg())
    let two = XMLText(try curve([Self.dense, Self.sparse]).svg())
    #expect(!one.all("text").contains { $0.text == "dense" })
    #expect(two.all("text").contains { $0.text == "dense" })
    #expect(two.all("text").contains { $0.text == "2:4" })
    #expect(two.styled("line").count == 4)
  }

  @Test("axes say what they measure, and text cannot break the document")
  func texts() throws {
    let title = "a < b & \"c\" > d \u{1}"
    let document = XMLText(try curve([Self.dense], title: title).svg())
    #expect(document.isWellFormed)
    let texts = document.all("text").map(\.text)
    #expect(texts.contains("a < b & \"c\" > d \u{FFFD}"))
    #expect(texts.contains("environment steps"))
    #expect(texts.contains("return of an episode (sum of rewards)"))
    #expect(texts.contains("10,000"))
    #expect(texts.contains("A caption"))
  }

  @Test("a curve of one seed says so")
  func seeds() {
    func caption(_ count: Int) -> String {
      LearningCurve.caption(
        environment: "Pendulum-v1", algorithm: "td3", sparsity: "2:4", seedCount: count)
    }
    #expect(caption(1) == "Pendulum-v1 · td3 · sparsity 2:4 · 1 seed")
    #expect(caption(5) == "Pendulum-v1 · td3 · sparsity 2:4 · 5 seeds")
  }

  @Test("a return that is not finite is refused", arguments: [Double.nan, .infinity, -1e101])
  func notFinite(value: Double) {
    let error = #expect(throws: UserError.self) {
      _ = try curve([
        Series(name: "x", points: [Point(step: 7, mean: 0, low: value, high: 0)])
      ])
    }
    #expect(error?.kind == .checkpoint)
    #expect(error?.found.contains("step 7") == true)
  }

  @Test("a negative step is refused")
  func negativeStep() {
    #expect(throws: UserError.self) {
      _ = try curve([Series(name: "x", points: [Point(step: -1, mean: 0, low: 0, high: 0)])])
    }
  }
}
