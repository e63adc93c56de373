import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

@Suite("Tables of paths")
struct PathSetCSVTests {
  private func read(
    _ text: String, columns: PathSet.WideColumns = .channels, valueLimit: Int = 1 << 30
  ) throws(UserError) -> PathSet {
    try PathSet(
      csv: Array(text.utf8), from: "x.csv", columns: columns, valueLimit: valueLimit)
  }

  /// Values as text, since NaN equals nothing.
  private func words(_ paths: PathSet) -> [String] {
    paths.values.map { $0.isNaN ? "-" : "\($0)" }
  }

  @Test("rows of several paths become one grid of all their times, with gaps")
  func long() throws {
    let paths = try read(
      """
      path,time,temperature,pressure
      a,0,12.5,1013
      b,0.25,9,1020
      a,0.5,,1012
      # a comment

      b,0.5, -1.5e0 , na
      b,7,+3,NA
      """)
    #expect(paths.times == [0, 0.25, 0.5, 7])
    #expect(paths.channelNames == ["temperature", "pressure"])
    #expect(
      words(paths) == [
        "12.5", "1013.0", "-", "-", "-", "1012.0", "-", "-",
        "-", "-", "9.0", "1020.0", "-1.5", "-", "3.0", "-",
      ])
  }

  @Test("without a column of paths, columns are the channels of one or paths of one channel")
  func wide() throws {
    let text = "time,first,second\r\n0,1,2\r\n1,,4\r\n\r\n2.5,5,6"
    let one = try read(text)
    #expect(one.pathCount == 1 && one.channelNames == ["first", "second"])
    #expect(words(one) == ["1.0", "2.0", "-", "4.0", "5.0", "6.0"])
    let old = try read(text.replacing("\r\n", with: "\r") + "\r# no more\r")
    #expect(old.pathCount == 1 && words(old) == words(one))
    let two = try read(text, columns: .paths)
    #expect(two.pathCount == 2 && two.channelNames == ["value"] && two.times == [0, 1, 2.5])
    #expect(words(two) == ["1.0", "-", "5.0", "2.0", "4.0", "6.0"])
  }

  @Test("quotes, a byte order mark and names with commas are understood")
  func quotes() throws {
    let paths = try read(
      "\u{FEFF}path,time,\"a, \"\"b\"\"\"\n\"x,1\",0,\"2\"\n\"x,1\",1,3\r\n\"\"\"\",0,4\n")
    #expect(paths.channelNames == ["a, \"b\""])
    #expect(words(paths) == ["2.0", "3.0", "4.0", "-"])
  }

  @Test(
    "what is wrong is told with its line",
    arguments: [
      ("", "x.csv is empty"),
      ("# nothing\n\n", "x.csv is empty"),
      ("time,a\n", "x.csv holds no observation"),
      ("0,1\n1,2\n", "x.csv, line 1: columns 0,1; expected path,time and channels, or time"),
      ("time\n0\n", "line 1: columns time;"),
      ("path,time\n0,0\n", "line 1: columns path,time;"),
      ("path,a,time\n0,0,0\n", "line 1: columns path,a,time;"),
      ("time,path,a\n0,0,0\n", "line 1: column path in place 2; expected path,time"),
      ("time,a,a\n0,0,0\n", "line 1: two columns called \"a\""),
      ("time,a,\n0,0,0\n", "line 1: a column without a name"),
      ("time,a\n0,1\n\n1,2,3\n", "x.csv, line 4: 3 cells; expected 2, as in the first line"),
      ("time,a\n0\n", "line 2: 1 cells"),
      ("time,a\n0,one\n", "line 2: \"one\" as a; expected a number or nothing"),
      ("time,a\n0,1.2.3\n", "line 2: \"1.2.3\" as a"),
      ("time,a\n0,0x10\n", "line 2: \"0x10\" as a"),
      ("time,a\n0,inf\n", "line 2: \"inf\" as a"),
      ("time,a\n0,nan\n", "line 2: \"nan\" as a; expected a number or nothing"),
      ("time,a\n0,NaN\n", "line 2: \"NaN\" as a"),
      ("time,a\n0,1e\n", "line 2: \"1e\" as a"),
      ("time,a\n0,.\n", "line 2: \".\" as a"),
      ("time,a\n0,1e39\n", "line 2: \"1e39\" as a; expected a number below 3.4e38"),
      ("time,a\n0,1e999\n", "line 2: \"1e999\" as a"),
      ("time,a\n,1\n", "line 2: \"\" as a time; expected a number"),
      ("time,a\nnan,1\n", "line 2: \"nan\" as a time"),
      ("time,a\nmonday,1\n", "line 2: \"monday\" as a time"),
      (
        "time,a\n0,1\n2,1\n1,1\n", "x.csv, line 4: time 1.0 after 2.0; expected times that increase"
      ),
      ("time,a\n0,1\n0.0,1\n", "line 3: time 0.0 a second time"),
      ("time,a\n0,1\n-0,1\n", "line 3: time 0.0 a second time"),
      (
        "path,time,a\nu,0,1\nv,0,1\nu,1,1\nv,1,1\nu,0.5,2\n",
        "line 6: time 0.5 of path \"u\" after 1.0"
      ),
      ("path,time,a\n,0,1\n", "line 2: a row without a path"),
      ("path,time,a\nu,0,1\nv,0,\nv,1,\n", "x.csv, line 3: path \"v\" has no value"),
      ("path,time,a,b\nu,0,1,\nu,1,2,\n", "channel \"b\" without any value"),
      ("time,a\n0,\"1\n2,3\"\n", "line 2: a cell in quotes that does not end"),
      ("time,a\n0,\"1\"2\n", "line 2: a cell in quotes that does not end"),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: UserError.self) { try read(text) }
    #expect(error?.kind == .configuration)
    #expect(
      error?.description.contains(message) == true, "\(String(describing: error?.description))")
  }

  @Test("paths that share no time do not fill the memory")
  func limit() throws {
    let rows = (0..<50).map { "\($0),\(Double($0) / 7),1\n\($0),\(100 + $0),2\n" }.joined()
    let text = "path,time,a\n" + rows
    #expect(try read(text).values.count == 50 * 100)
    let error = #expect(throws: UserError.self) { try read(text, valueLimit: 4999) }
    #expect(error?.found == "x.csv holds 50 paths at 100 times in all, of 1 channels")
  }

  @Test("random sets with gaps come back bit for bit from the table that they are written to")
  func roundTrip() throws {
    var random = RandomKey(seed: 17).stream()
    for _ in 0..<40 {
      let (pathCount, timeCount, channelCount) = (
        1 + random.nextIndex(below: 6), 1 + random.nextIndex(below: 9),
        1 + random.nextIndex(below: 4)
      )
      let times = (0..<timeCount).map { _ in random.nextUniform(-5, 5) }.sorted()
      var values = (0..<pathCount * timeCount * channelCount).map { _ in
        // any finite bits, denormal numbers included
        random.nextUniform() < 0.4
          ? Float.nan : Float(bitPattern: UInt32(truncatingIfNeeded: random.next()) & 0xFF7F_FFFF)
      }
      // the first path has a value in every channel, and every path one
      for path in 0..<pathCount { values[path * timeCount * channelCount] = 0.1 }
      for channel in 0..<channelCount { values[channel] = -7e-12 }
      let names = (0..<channelCount).map { "channel \"\($0)\", #\($0)" }
      let paths = try PathSet(times: times, channelNames: names, values: values)
      let again = try PathSet(csv: paths.csv, from: "x.csv")
      #expect(again.times == times && again.channelNames == names)
      for (before, after) in zip(values, again.values) {
        #expect(before.isNaN ? after.isNaN : before.bitPattern == after.bitPattern)
      }
    }
  }

  @Test("numbers are read as the standard library reads them")
  func numbers() throws {
    var random = RandomKey(seed: 23).stream()
    for _ in 0..<20_000 {
      let digits = String(random.next() >> UInt64(random.nextIndex(below: 60)))
      let split = random.nextIndex(below: digits.count + 1)
      let exponent = random.nextIndex(below: 40) - 20
      let text = [
        digits, "-" + digits.prefix(split) + "." + digits.dropFirst(split),
        digits.prefix(split) + "." + digits.dropFirst(split) + "e\(exponent)",
        "\(Double(bitPattern: random.next() & 0x7FEF_FFFF_FFFF_FFFF))",
      ][random.nextIndex(below: 4)]
      guard let expected = Double(text.hasSuffix(".") ? text + "0" : text) else { continue }
      let paths = try read("time,a\n\(text),1\n")
      #expect(paths.times[0] == expected, "\(text)")
    }
  }

  @Test("a table of a million values comes back as it was")
  func large() throws {
    let paths = try OrnsteinUhlenbeck().paths(count: 16_384, key: RandomKey(seed: 1))
    #expect(try PathSet(csv: paths.csv, from: "x.csv").values == paths.values)
  }
}
