package import CoppiceTensors

/// The event file of a run, which TensorBoard reads while it grows.
///
/// Each event reaches the system in one write, so that a program that is killed leaves at most one torn
/// record at the end, where readers stop. A new value writes the whole history into a new file and removes
/// the old one; the new one begins with TensorBoard's word for "forget what you have", so that a
/// TensorBoard that watches meanwhile shows nothing twice.
package final class EventFile {
  private let file: OpenFile

  /// A file in `folder` that holds `events`, in place of the event files that were there.
  ///
  /// - Throws: `UserError` of kind `file`; the old files are then untouched.
  package init(in folder: Folder, holding events: [ScalarEvent]) throws(UserError) {
    try folder.create()
    let old = try Self.names(in: folder)
    let now = wallTimeNow()
    var bytes: [UInt8] = []
    for event in [TensorBoardEvent.fileVersion(wallTime: now), .start(wallTime: now)] {
      bytes += TFRecord.frame(try event.encoded())
    }
    for event in events { bytes += TFRecord.frame(try event.encoded()) }
    // whatever has the word tfevents in its name is read, so the name comes last
    let partial = folder[".partial-events"]
    let file = try OpenFile(partial, .replace)
    try file.write(bytes)
    try file.synchronise()
    try Folder.rename(partial, to: folder[Self.name(after: old, now: Int(now))])
    try folder.synchronise()
    for name in old { try Folder(folder[name]).remove() }
    self.file = file
  }

  /// Adds one event.
  package func append(_ event: ScalarEvent) throws(UserError) {
    try file.write(TFRecord.frame(try event.encoded()))
  }

  /// Waits until all events lie on the disk.
  package func synchronise() throws(UserError) { try file.synchronise() }

  /// The events of all event files in `folder`, each up to the first torn record.
  package static func read(_ folder: Folder) throws(UserError) -> [ScalarEvent] {
    var events: [ScalarEvent] = []
    for name in try names(in: folder) {
      let bytes = try OpenFile(folder[name], .read).contents()
      events += TFRecord.records(in: bytes).compactMap(ScalarEvent.init(encoded:))
    }
    return events
  }

  private static let prefix = "events.out.tfevents."

  /// The event files in `folder`, oldest first.
  private static func names(in folder: Folder) throws(UserError) -> [String] {
    try folder.names().filter { $0.hasPrefix(prefix) }
  }

  /// A name that comes behind those there are: TensorBoard reads files by name and looks never back.
  private static func name(after old: [String], now: Int) -> String {
    let latest = old.compactMap { Int($0.dropFirst(prefix.count).prefix { $0 != "." }) }.max()
    return "\(prefix)\(max(now, (latest ?? 0) + 1)).coppice"
  }
}
