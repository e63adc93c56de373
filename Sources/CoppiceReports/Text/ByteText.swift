/// How much room something takes, for people: `812 bytes`, `3.2 kB`, `2.9 GB`.
public enum ByteText {
  /// The text of `byteCount` bytes, in powers of 1000 and with one digit behind the point.
  public static func text(_ byteCount: Int) -> String {
    if byteCount < 1000 { return byteCount == 1 ? "1 byte" : "\(byteCount) bytes" }
    var tenths = Double(byteCount) / 100
    for unit in ["kB", "MB", "GB"] {
      // 999.95 kB and more would be 1000 kB
      if tenths.rounded() < 10_000 { return "\(tenths.rounded() / 10) \(unit)" }
      tenths /= 1000
    }
    return "\(tenths.rounded() / 10) TB"
  }
}
