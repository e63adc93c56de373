import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Sparsity expressions")
struct SparsityExpressionTests {
  @Test(
    "an expression is read, and keeps its spelling",
    arguments: [
      ("dense", SparsityExpression.Pattern.dense),
      ("2:4", .nOfM(kept: 2, group: 4, sharedRows: 1)),
      ("2:4x4", .nOfM(kept: 2, group: 4, sharedRows: 4)),
      ("1:32", .nOfM(kept: 1, group: 32, sharedRows: 1)),
      ("4:4", .nOfM(kept: 4, group: 4, sharedRows: 1)),
      ("static@90%", .method(name: "static", sparsity: 0.9, sharedRows: 1)),
      ("rigl@95.5%", .method(name: "rigl", sparsity: 0.955, sharedRows: 1)),
      ("90%", .method(name: "static", sparsity: 0.9, sharedRows: 1)),
      ("0%", .method(name: "static", sparsity: 0, sharedRows: 1)),
      ("ds", .method(name: "ds", sparsity: nil, sharedRows: 1)),
      ("my-rule2", .method(name: "my-rule2", sparsity: nil, sharedRows: 1)),
      ("static@90%x4", .method(name: "static", sparsity: 0.9, sharedRows: 4)),
      ("87.5%x8", .method(name: "static", sparsity: 0.875, sharedRows: 8)),
    ])
  func reads(text: String, pattern: SparsityExpression.Pattern) throws {
    let expression = try SparsityExpression(text)
    #expect(expression.pattern == pattern)
    #expect("\(expression)" == text)
  }

  @Test(
    "what makes no sense is refused with a reason",
    arguments: [
      ("3:2", "at most M"), ("0:4", "at least 1"), ("0:0", "from 1 to 32"),
      ("2:33", "from 1 to 32"),
      ("2:4x0", "rows"), ("2:4x65", "rows"), ("-1:4", "N:M"), ("2:", "N:M"), (":4", "N:M"),
      ("2:4:8", "N:M"), ("2:4x4x4", "N:M"), ("2 :4", "N:M"), ("2:99999999999999999999", "N:M"),
      ("150%", "less than 100"), ("100%", "less than 100"), ("-5%", "P%"), ("%", "P%"),
      ("a@b@5%", "P%"), ("static@%", "P%"), ("static@nan%", "P%"), ("1e1%", "P%"),
      ("@90%", "method"), ("90%x", "P%xR"), ("90%x-1", "P%xR"), ("90%y4", "P%xR"), ("90%x4%", "P%"),
      ("90%x0", "rows"), ("90%x65", "rows"), ("90%x4x4", "P%xR"), ("100%x4", "less than 100"),
      ("", "dense"), ("Sparse", "dense"), ("0.9", "dense"), ("-ds", "dense"), ("d s", "dense"),
    ])
  func refuses(text: String, reason: String) {
    let error = #expect(throws: UserError.self) { try SparsityExpression(text) }
    #expect(error?.kind == .configuration)
    #expect(error?.found == "sparsity \"\(text)\"")
    #expect(error?.expected.contains(reason) == true, "\(error?.expected ?? "")")
  }

  @Test("an unknown method is answered with the nearest one there is")
  func unknownMethod() {
    let error = #expect(throws: UserError.self) {
      try SparsityExpression("sttic@90%", methods: ["rigl", "static"])
    }
    #expect(error?.action == "did you mean \"static\"?")
    let dens = #expect(throws: UserError.self) {
      try SparsityCatalogue.standard.choice(for: SparsityExpression("dens"))
    }
    #expect(dens?.action == "did you mean \"dense\"?")
  }
}
