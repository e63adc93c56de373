import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("TOML")
struct TOMLTextTests {
  @Test(
    "a header that does not begin with a name is one clear error",
    arguments: [
      "[[[", "a = 1\n [.b]", "x = [\n [1],\n]\n[[=]]", "s = '''\n[.]\n'''\n[#]", "[ {a}]", "[ä]",
    ])
  func headers(text: String) throws {
    let error = try #require(throws: UserError.self) { try TOMLText.decode(text, from: "t.toml") }
    #expect(error.kind == .configuration)
    #expect(error.found.contains("t.toml, line \(text.split(separator: "\n").count)"))
  }

  @Test(
    "brackets inside values and good headers pass",
    arguments: [
      "a = [\n  [[], []],\n  [],\n]\n[b]\nc = 1", "s = \"\"\"\n[.]\n\"\"\"\n[ \"q\" ]",
      "k = { a = [1] } # [\n[[t]]\n[[t]]", "s = 'a [ b'\n[_c]",
    ])
  func values(text: String) throws {
    do {
      _ = try TOMLText.decode(text, from: "t.toml")
    } catch {
      // the parser may still refuse, but with words of its own
      #expect(!error.found.contains("a table without a name"))
    }
  }
}
