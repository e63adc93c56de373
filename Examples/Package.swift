// swift-tools-version: 6.2
import PackageDescription

// A package of its own that uses Coppice, as yours would; from elsewhere, give its address and version
// in place of the path.
let examples = ["Classification", "Corridor", "OwnRule"]

let package = Package(
  name: "coppice-examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "coppice", path: "..")],
  targets: examples.map {
    .executableTarget(
      name: $0, dependencies: [.product(name: "Coppice", package: "coppice")], path: $0,
      exclude: ["expected.txt"])
  }
)
