import ArgumentParser
import Coppice

// a reader that goes away must not end a training run
ignoreBrokenPipes()
do {
  var command = try CoppiceCommand.parseAsRoot()
  try command.run()
} catch let error as UserError {
  Console.complain("Error: \(error)")
  leave(error.kind.exitCode)
} catch {
  CoppiceCommand.exit(withError: error)
}
