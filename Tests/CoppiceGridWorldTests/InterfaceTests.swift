import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

/// An episode goes as one of the original's parallel interface, of which `Recordings/interface.json` is.
@Suite("The interface of MAgent2")
struct InterfaceTests {
  private struct Recorded: Decodable {
    struct Options: Decodable {
      let map_size: Int
      let minimap_mode: Bool
      let max_cycles: Int
    }

    struct Start: Decodable {
      let positions: [[Int]]
      let state: [Float]
    }

    struct Step: Decodable {
      let actions: [String: Int16]
      let rewards: [String: Float]
      let terminations: [String: Bool]
      let truncations: [String: Bool]
      let agents: [String]
      let positions: [[Int]]
      let state: [Float]
    }

    let options: Options
    let agents: [String]
    let start: Start
    let steps: [Step]
  }

  @Test("rewards, ends, places and states are those of the original")
  func original() throws {
    let url = try #require(
      Bundle.module.url(forResource: "interface", withExtension: "json", subdirectory: "Recordings")
    )
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: url))
    var description = WorldDescription.battle(size: recorded.options.map_size)
    description.hasMinimap = recorded.options.minimap_mode
    description.moveOrder = .submitted
    let episode = try WorldEpisode(
      description, stepLimit: recorded.options.max_cycles, key: RandomKey(seed: 1))
    #expect(places(episode) == recorded.start.positions)
    #expect(state(episode) == recorded.start.state)
    for (index, step) in recorded.steps.enumerated() {
      #expect(!episode.isFinished)
      let names = episode.groups.indices.map { group in
        episode.numbers(of: group).map { recorded.agents[Int($0)] }
      }
      for group in names.indices {
        let actions = episode.actions(of: group)
        for (place, name) in names[group].enumerated() {
          // in the first step the original hands every group the actions of the first
          let actor = index == 0 ? name.replacing("blue", with: "red") : name
          actions[place] = try #require(step.actions[actor])
        }
      }
      episode.step()
      for group in names.indices {
        let (rewards, terminated) = (episode.rewards(of: group), episode.isTerminated(of: group))
        let truncated = episode.isTruncated(of: group)
        #expect(rewards.count == names[group].count && truncated.count == names[group].count)
        for (place, name) in names[group].enumerated() {
          #expect(rewards[place] == step.rewards[name], "\(name) in step \(index + 1)")
          #expect(terminated[place] == step.terminations[name], "\(name) in step \(index + 1)")
          #expect(truncated[place] == step.truncations[name], "\(name) in step \(index + 1)")
        }
      }
      episode.clearDead()
      #expect(places(episode) == step.positions)
      #expect(state(episode) == step.state, "step \(index + 1)")
      let left = episode.groups.indices.flatMap { episode.numbers(of: $0).map { Int($0) } }
      if !episode.isFinished {
        #expect(left.map { recorded.agents[$0] }.sorted() == step.agents.sorted())
      }
    }
    #expect(episode.isTruncated && !episode.isTerminated)
  }

  private func places(_ episode: WorldEpisode) -> [[Int]] {
    episode.groups.indices.map { episode.world.places(of: $0).flatMap { [$0.x, $0.y] } }
  }

  /// Places and values of what is not 0, columns before rows.
  private func state(_ episode: WorldEpisode) -> [Float] {
    let shape = episode.world.stateShape(features: true)
    let numbers = AlignedBuffer<Float>(count: shape.count)
    numbers.fill(.nan)
    episode.world.writeState(to: numbers.pointer, features: true)
    var found: [Float] = []
    for x in 0..<shape.width {
      for y in 0..<shape.height {
        for channel in 0..<shape.channels {
          let value = numbers.pointer[(y * shape.width + x) * shape.channels + channel]
          let place = (x * shape.height + y) * shape.channels + channel
          if value != 0 { found += [Float(place), value] }
        }
      }
    }
    return found
  }
}
