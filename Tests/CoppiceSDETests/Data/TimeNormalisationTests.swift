import CoppiceSDE
import Testing

@Suite("Normalisation of times")
struct TimeNormalisationTests {
  private func paths(_ times: [Double]) throws -> PathSet {
    try PathSet(
      times: times, channelNames: ["value"], values: times.indices.map { Float($0) })
  }

  @Test("times become steps of 1 on average, and stay as they are where that is asked")
  func spacing() throws {
    let days = try paths([1_700_000_000, 1_700_086_400, 1_700_259_200])
    let normalisation = TimeNormalisation(of: days, unit: .spacing)
    #expect(normalisation.start == 1_700_000_000 && normalisation.unit == 129_600)
    #expect(try normalisation.apply(to: days).times == [0, 86_400 / 129_600.0, 2])
    #expect(try TimeNormalisation(of: days, unit: .given).apply(to: days).times == days.times)
    // the times of the usual data stay the same bits
    let unit = try paths((0..<64).map(Double.init))
    #expect(try TimeNormalisation(of: unit, unit: .spacing).apply(to: unit).times == unit.times)
    #expect(TimeNormalisation(of: try paths([3]), unit: .spacing).unit == 1)
  }
}
