import CoppiceReports
import Testing

@Suite("Ticks")
struct TickScaleTests {
  @Test("ticks stand at round numbers and the axis ends with one")
  func rounded() {
    let scale = TickScale(from: -312, to: 2480, about: 6, rounded: true)
    #expect(scale.ticks.map(\.label) == ["−500", "0", "500", "1,000", "1,500", "2,000", "2,500"])
    #expect(scale.low == -500 && scale.high == 2500)
  }

  @Test("an axis that is not lengthened keeps its ends")
  func exact() {
    let scale = TickScale(from: 0, to: 130_000, about: 6, rounded: false, whole: true)
    #expect(scale.ticks.map(\.label) == ["0", "50,000", "100,000"])
    #expect(scale.low == 0 && scale.high == 130_000)
    #expect(scale.fraction(of: 65_000) == 0.5)
  }

  @Test("fractions have as many decimals as they need")
  func fractions() {
    let scale = TickScale(from: 0, to: 1, about: 5, rounded: true)
    #expect(scale.ticks.map(\.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(scale.ticks[3].value == 0.6)
  }

  @Test("whole ticks never fall between numbers")
  func whole() {
    let scale = TickScale(from: 0, to: 2, about: 6, rounded: false, whole: true)
    #expect(scale.ticks.map(\.label) == ["0", "1", "2"])
  }

  @Test("equal numbers get some room", arguments: [-200.0, 0, 1e12])
  func constant(value: Double) {
    let scale = TickScale(from: value, to: value, about: 5, rounded: true)
    #expect(scale.low < value && value < scale.high)
    #expect((3...12).contains(scale.ticks.count))
  }

  @Test("ticks are few and evenly spaced, whatever the range")
  func anyRange() {
    for exponent in -90...90 {
      var size = 1.0
      for _ in 0..<abs(exponent) { size *= 10 }
      if exponent < 0 { size = 1 / size }
      for factor in [1, 1.3, 2, 4.9, 5, 7.7] {
        let scale = TickScale(from: -size, to: factor * size, about: 5, rounded: true)
        #expect((3...8).contains(scale.ticks.count), "\(factor)e\(exponent)")
        #expect(scale.low <= -size && scale.high >= factor * size)
        #expect(Set(scale.ticks.map(\.label)).count == scale.ticks.count)
      }
    }
  }

  @Test("labels are written for people, coordinates for programs")
  func numbers() {
    #expect(NumberText.label(digits: 1_234_567, exponent: 0) == "1,234,567")
    #expect(NumberText.label(digits: -25, exponent: -2) == "−0.25")
    #expect(NumberText.label(digits: 12_345, exponent: -1) == "1,234.5")
    #expect(NumberText.label(digits: 2, exponent: 12) == "2e12")
    #expect(NumberText.label(digits: -2, exponent: -12) == "−2e−12")
    #expect(NumberText.label(digits: 0, exponent: 9) == "0")
    #expect(NumberText.coordinate(-0.004) == "0")
    #expect(NumberText.coordinate(-1.5) == "-1.5")
    #expect(NumberText.coordinate(12.345) == "12.35")
    #expect(NumberText.coordinate(7.04) == "7.04")
    #expect(NumberText.coordinate(300) == "300")
  }
}
