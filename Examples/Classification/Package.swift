// swift-tools-version: 6.2
import PackageDescription

// A package of its own that uses Coppice, as yours would; from elsewhere, give its address and version
// in place of the path.
let package = Package(
  name: "classification",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "coppice", path: "../..")],
  targets: [
    .executableTarget(
      name: "Classification", dependencies: [.product(name: "Coppice", package: "coppice")])
  ]
)
