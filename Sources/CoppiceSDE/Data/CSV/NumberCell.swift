/// The number in a cell of a table.
///
/// Spaces around it do not count. Correctly rounded: where the digits are no more than 2⁵³ and the power of ten
/// is at most 22 in either direction one exact operation does it, elsewhere the standard library.
///
/// - Parameter cell: The bytes of the cell.
/// - Returns: NaN where the cell is empty or says `NA`; nothing where it holds no number or one that is
///   too large for `Double`.
func number(inCell cell: UnsafeBufferPointer<UInt8>.SubSequence) -> Double? {
  var cell = cell
  while let first = cell.first, isSpace(first) { cell.removeFirst() }
  while let last = cell.last, isSpace(last) { cell.removeLast() }
  if cell.isEmpty { return .nan }

  var (digits, power, digitCount) = (UInt64(0), 0, 0)
  var at = cell.startIndex
  let isNegative = cell[at] == UInt8(ascii: "-")
  if isNegative || cell[at] == UInt8(ascii: "+") { at += 1 }
  var isExact = true
  func takeDigits(_ shift: Int) {
    while at < cell.endIndex, case let digit = cell[at] &- UInt8(ascii: "0"), digit < 10 {
      if digits < 1_000_000_000_000_000_000 {
        digits = digits * 10 + UInt64(digit)
        power -= shift
      } else {
        isExact = false
      }
      digitCount += 1
      at += 1
    }
  }
  takeDigits(0)
  if at < cell.endIndex, cell[at] == UInt8(ascii: ".") {
    at += 1
    takeDigits(1)
  }
  guard digitCount > 0 else { return isMissing(cell) ? .nan : nil }
  if at < cell.endIndex, cell[at] | 0x20 == UInt8(ascii: "e") {
    at += 1
    var sign = 1
    if at < cell.endIndex, cell[at] == UInt8(ascii: "-") || cell[at] == UInt8(ascii: "+") {
      if cell[at] == UInt8(ascii: "-") { sign = -1 }
      at += 1
    }
    var (exponent, exponentDigits) = (0, 0)
    while at < cell.endIndex, case let digit = cell[at] &- UInt8(ascii: "0"), digit < 10 {
      exponent = min(100_000, exponent * 10 + Int(digit))
      exponentDigits += 1
      at += 1
    }
    if exponentDigits == 0 { return nil }
    power += sign * exponent
  }
  guard at == cell.endIndex else { return nil }

  if isExact, digits <= 1 << 53, (-22...22).contains(power) {
    let scale = powersOfTen[abs(power)]
    let magnitude = power < 0 ? Double(digits) / scale : Double(digits) * scale
    return isNegative ? -magnitude : magnitude
  }
  guard let value = Double(String(decoding: cell, as: UTF8.self)), value.isFinite else {
    return nil
  }
  return value
}

/// 10⁰ to 10²², which `Double` holds exactly.
private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

private func isSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

private func isMissing(_ cell: UnsafeBufferPointer<UInt8>.SubSequence) -> Bool {
  cell.elementsEqual("NA".utf8) || cell.elementsEqual("na".utf8)
}
