/// What may have come to pass in a step, for the agents that its symbols stand for.
///
/// ```swift
/// // two tigers strike the same deer
/// let event = Event.and([
///   .attack(.any("tiger", "a"), .any("deer")), .attack(.any("tiger", "b"), .any("deer")),
/// ])
/// ```
///
/// ## Meaning
/// An assignment gives each `any` symbol a member of its group, and no two of them the same one. The event
/// holds for an assignment or it does not, as one reads it: `not` is plain negation, and what is said of two
/// agents is asked of every two. So `not` of an attack holds once for each other agent that was not attacked.
/// Members are those that lived when the step began; who died in it still counts, and stands where it died.
/// - `attack`, `kill`, `collide`: in this step the first agent struck the second, which lives; killed it; ran
///   into it. A blow that kills is no `attack`.
/// - `die`: the agent died in this step, or was swallowed.
/// - `at`, `within`: the upper left cell of its body is this cell, or lies inside of the box.
/// - `aligned`: another living member of its group has its upper left cell in the same row or column. The
///   dead are not aligned.
/// - `inALine`: the bodies of all living members fill a part of one row or of one column without gaps; so do
///   fewer than two.
///
/// For a symbol that is `all`, what is said holds for each member (`aligned`: each living one), and so for a group
/// without members.
///
/// ## As a table
/// One key, which says what the event is:
///
/// ```toml
/// { attack = ["red:a", "blue"] }   # and likewise kill, collide
/// { die = "red" }                  # and likewise aligned, in_a_line
/// { at = { agent = "red:0", x = 3, y = 4 } }
/// { within = { agent = "red", left = 2, top = 2, right = 8, bottom = 6 } }
/// { and = [{ die = "red" }, { not = { aligned = "red" } }] }   # and likewise or
/// ```
///
/// ## Source
/// Zheng et al. 2018, arXiv 1712.00600, and the rules of its published engine.
/// **Differences**: agents with numbers may stand in every event; `aligned` is what the engine means by `align`,
/// which it never finds; under `not` and `or`, agents that met with nobody count too, where the engine passes
/// them over.
public indirect enum Event: Sendable, Equatable {
  /// The cells strictly between two columns and two rows.
  public struct Box: Sendable, Equatable {
    /// The column before its first.
    public var left: Int
    /// The row above its first.
    public var top: Int
    /// The column after its last.
    public var right: Int
    /// The row below its last.
    public var bottom: Int

    /// A box from what surrounds it.
    public init(left: Int, top: Int, right: Int, bottom: Int) {
      (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
    }

    /// Whether a cell lies inside.
    func contains(_ x: Int, _ y: Int) -> Bool { x > left && x < right && y > top && y < bottom }
  }

  /// The first struck the second, which lives.
  case attack(AgentSymbol, AgentSymbol)
  /// The first killed the second.
  case kill(AgentSymbol, AgentSymbol)
  /// The first ran into the second.
  case collide(AgentSymbol, AgentSymbol)
  /// It died.
  case die(AgentSymbol)
  /// It is at this cell.
  case at(AgentSymbol, x: Int, y: Int)
  /// It is inside of this box.
  case within(AgentSymbol, Box)
  /// They stand side by side, or one behind the other.
  case inALine(AgentSymbol)
  /// It shares its row or its column with another of its group.
  case aligned(AgentSymbol)
  /// All of these.
  case and([Event])
  /// At least one of these.
  case or([Event])
  /// Not this.
  case not(Event)

  /// The agents it speaks of, each once, in the order in which they first come.
  public var symbols: [AgentSymbol] {
    var found: [AgentSymbol] = []
    func visit(_ event: Event) {
      switch event {
      case .attack(let subject, let object), .kill(let subject, let object),
        .collide(let subject, let object):
        for symbol in [subject, object] where !found.contains(symbol) { found.append(symbol) }
      case .die(let symbol), .at(let symbol, _, _), .within(let symbol, _), .inALine(let symbol),
        .aligned(let symbol):
        if !found.contains(symbol) { found.append(symbol) }
      case .and(let parts), .or(let parts): for part in parts { visit(part) }
      case .not(let part): visit(part)
      }
    }
    visit(self)
    return found
  }
}
