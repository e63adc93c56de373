import CoppiceTensors

/// What a study file says, before it becomes members.
struct StudyFile: Codable {
  /// The format that it is written in.
  var format = Study.format
  /// What the study is called.
  var name = ""
  /// Settings of every member.
  var settings: [String: StructuredValue] = [:]
  /// Lists of values whose product are members.
  var grid: [String: StructuredValue] = [:]
  /// Members that are written out.
  var member: [StructuredValue] = []
  /// What is drawn, with `count` and `key`.
  var random: [String: StructuredValue] = [:]
  /// How members are compared on the way; none where there is no such table.
  var halving = StudyHalving()

  /// Reads `text`, which is from `path`.
  ///
  /// - Throws: `UserError` of kind `configuration` for what is no TOML and for names that do not exist.
  static func read(_ text: String, from path: String) throws(UserError) -> StudyFile {
    let table = try TOMLText.decode(text, from: path)
    guard let format = table["format"] else {
      throw UserError(
        .configuration, found: "\(path) names no format", expected: "format = \(Study.format)",
        action: "write it at the top of the file")
    }
    // before anything that a newer format may have and this one does not
    guard format == .integer(Study.format) else {
      let found = if case .integer(let number) = format { "format \(number)" } else { "its format" }
      throw UserError(
        .configuration, found: "\(path) is a study in \(found)",
        expected: "format \(Study.format)", action: "use the version of Coppice that wrote it")
    }
    var settings = Settings()
    try settings.add(toml: text, from: path)
    let file = try settings.resolve(over: StudyFile())
    try file.validate(path)
    guard table["halving"] == nil || file.halving.firstSteps > 0 else {
      throw UserError(
        .configuration, found: "first_steps = \(file.halving.firstSteps) in [halving] of \(path)",
        expected: "at least 1", action: "change the study")
    }
    return file
  }

  private func validate(_ path: String) throws(UserError) {
    guard !name.isEmpty, RunFolder.fileNameSafe(name) == name, !name.hasPrefix(".") else {
      throw UserError(
        .configuration,
        found: name.isEmpty ? "\(path) names no study" : "a study called \"\(name)\"",
        expected: "a name of letters, digits, points and hyphens", action: "change name in \(path)")
    }
    for (index, value) in member.enumerated() {
      guard case .table = value else {
        throw UserError(
          .configuration, found: "member \(index + 1) of \(path) is \(value.kind)",
          expected: "a table of settings", action: "write it as [[member]]")
      }
    }
  }
}
