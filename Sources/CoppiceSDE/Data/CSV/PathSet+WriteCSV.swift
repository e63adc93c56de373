extension PathSet {
  /// The paths as a table of the columns `path`, `time` and the channels, which reads back as the same set.
  ///
  /// Paths are called 0, 1, …. A gap is an empty cell, and a row of nothing but gaps is left out, save in the
  /// first path, which thus has every time.
  ///
  /// - Complexity: some 15 bytes of text a value; all of it is in memory.
  public var csv: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(values.count * 12 + pathCount * timeCount * 8)
    let names = ["path", "time"] + channelNames
    text += names.map(Self.quoted).joined(separator: ",").utf8
    text.append(UInt8(ascii: "\n"))
    let timeTexts = times.map { Array($0.description.utf8) }
    for path in 0..<pathCount {
      let pathText = Array(path.description.utf8)
      for time in 0..<timeCount {
        let start = (path * timeCount + time) * channelCount
        let row = values[start..<start + channelCount]
        if path > 0, row.allSatisfy(\.isNaN) { continue }
        text += pathText
        text.append(UInt8(ascii: ","))
        text += timeTexts[time]
        for value in row {
          text.append(UInt8(ascii: ","))
          if !value.isNaN { text += value.description.utf8 }
        }
        text.append(UInt8(ascii: "\n"))
      }
    }
    return text
  }

  private static func quoted(_ name: String) -> String {
    guard name.unicodeScalars.contains(where: { ",\"#".unicodeScalars.contains($0) }) else {
      return name
    }
    return "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}
