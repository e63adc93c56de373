import CCoppiceKernels

/// How many cores this process may run on: those of the machine, or fewer where it was confined.
public func availableCoreCount() -> Int { coppice_available_cores() }
