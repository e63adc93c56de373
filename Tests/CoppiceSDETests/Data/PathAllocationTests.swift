import AllocationCounting
import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if DEBUG
  private let isDebugBuild = true
#else
  private let isDebugBuild = false
#endif

@Suite("What a step costs", .serialized)
struct PathAllocationTests {
  private func allocations(_ body: () -> Void) -> Int64 {
    body()
    return AllocationTally.count(during: body)
  }

  @Test(
    "increments of a control are written without an allocation",
    .enabled(if: AllocationTally.isPossible && !isDebugBuild),
    arguments: Interpolation.allCases)
  func control(scheme: Interpolation) throws {
    let paths = try OrnsteinUhlenbeck().paths(count: 100, key: RandomKey(seed: 1))
    let control = try PathControl(paths, by: scheme)
    let panels = Panels<Float>(featureCount: 2, sampleCount: 100)
    let (chosen, some) = (Array(0..<100), Array(20..<90))
    let count = allocations {
      for step in 0..<60 {
        let time = Double(step)
        control.writeIncrements(from: time, to: time + 1.5, of: chosen, into: panels)
        control.writeValues(at: time, of: some, into: panels)
      }
    }
    #expect(count == 0)
    #expect(panels[sample: 0, feature: 0] == (scheme == .rectilinear ? 30 : 59))
  }

  @Test(
    "a signature goes on without an allocation",
    .enabled(if: AllocationTally.isPossible && !isDebugBuild))
  func signature() {
    var signature = Signature(channelCount: 3, depth: 5)
    let pieces = [[0.1, 0.2, -0.3], [0, -0.5, 0.2]]
    let count = allocations {
      signature.reset()
      for step in 0..<50 { signature.extend(by: pieces[step % 2]) }
    }
    #expect(count == 0)
    #expect(abs(signature[[0]] - 2.5) < 1e-9)
  }
}
