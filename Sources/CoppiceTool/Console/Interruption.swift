import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Notices Ctrl-C and SIGTERM, so that training can end with a checkpoint.
///
/// The first signal writes its number into a pipe, which is all that a handler may do; the second
/// one ends the program at once, since the handler is removed by the first. Any thread may ask.
final class Interruption: Sendable {
  private let reader: Int32
  /// The signal, or 0.
  private let number = Atomic<Int32>(0)

  /// Begins to listen.
  init() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      reader = -1
      return
    }
    reader = ends[0]
    interruptionPipe = ends[1]
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    // whoever started the program may have left them blocked
    var awaited = sigset_t()
    sigemptyset(&awaited)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&awaited, number)
      var action = sigaction()
      #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = notice
      #else
        action.__sigaction_handler.sa_handler = notice
      #endif
      // a second signal finds the default again, which ends the program
      action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND))
      sigaction(number, &action, nil)
    }
    sigprocmask(SIG_UNBLOCK, &awaited, nil)
  }

  /// The signal that came, if one did.
  var signalNumber: Int32? {
    var byte: UInt8 = 0
    // one of several threads that ask at once gets the byte; the others see it when they ask again
    if number.load(ordering: .relaxed) == 0, reader >= 0, read(reader, &byte, 1) == 1 {
      number.store(Int32(byte), ordering: .relaxed)
    }
    let seen = number.load(ordering: .relaxed)
    return seen == 0 ? nil : seen
  }

  /// The exit code that a signal asks for, 130 or 143.
  var exitCode: Int32? { signalNumber.map { 128 + $0 } }
}

/// The end that the handler writes to.
///
/// A handler can reach nothing but a global; it is written once, before the handler is there.
nonisolated(unsafe) private var interruptionPipe: Int32 = -1

/// The handler: one system call, no allocation.
private let notice: @convention(c) (Int32) -> Void = { number in
  let saved = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(interruptionPipe, &byte, 1)
  errno = saved
}
